/* Photos: made small on the phone, shown before they are sent, taken back with one tap. */
const LONGEST_SIDE = 1600;
const SMALL_ENOUGH = 400_000;

/* A JPEG that a slow line can carry, turned upright. What the browser cannot read, such as HEIC in Chrome,
   stays as it is: the server converts it. */
async function shrunk(file) {
  if (!file.type.startsWith("image/") || (file.type === "image/jpeg" && file.size < SMALL_ENOUGH)) return file;
  const picture = new Image();
  picture.src = URL.createObjectURL(file);
  try {
    await picture.decode();
    const blob = await drawn(picture);
    const name = file.name.replace(/\.\w+$/, "") + ".jpg";
    return blob && blob.size < file.size ? new File([blob], name, { type: "image/jpeg" }) : file;
  } catch {
    return file;
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}

async function drawn(picture) {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.naturalWidth * scale);
  canvas.height = Math.round(picture.naturalHeight * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
  canvas.width = canvas.height = 0; // iOS has little memory for canvases
  return blob;
}

function tile(file, remove) {
  const item = document.createElement("li");
  const photo = file.type.startsWith("image/");
  const shown = document.createElement(photo ? "img" : "span");
  if (photo) {
    shown.src = URL.createObjectURL(file);
    shown.alt = file.name;
  } else {
    shown.textContent = file.name;
  }
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "×";
  button.setAttribute("aria-label", text("remove", { n: file.name }));
  button.addEventListener("click", remove);
  item.append(shown, button);
  return item;
}

/* The chosen files of one question. They live in its last input, so that the form has them with or without us. */
function gallery(question) {
  const inputs = [...question.querySelectorAll("input[type=file]")];
  const holder = inputs.at(-1);
  const list = question.querySelector("[data-shots]");
  let files = [];

  function put(chosen) {
    files = chosen;
    const transfer = new DataTransfer();
    for (const file of files) transfer.items.add(file);
    for (const input of inputs) input.value = "";
    holder.files = transfer.files;
    list.querySelectorAll("img").forEach((image) => URL.revokeObjectURL(image.src));
    list.replaceChildren(...files.map((file) => tile(file, () => change(files.filter((one) => one !== file)))));
  }

  function change(chosen) {
    put(chosen);
    question.dispatchEvent(new Event("kept-change", { bubbles: true }));
  }

  async function add(input) {
    const fresh = [...input.files].filter((file) => !files.includes(file));
    change([...files, ...fresh]); // before the pictures are small: whoever sends at once sends them whole
    for (const file of fresh) {
      const small = await shrunk(file);
      if (small !== file && files.includes(file)) change(files.map((one) => (one === file ? small : one)));
    }
  }

  for (const input of inputs) input.addEventListener("change", () => add(input));
  question.gallery = { put, name: holder.name };
}

/* The camera can push the browser out of memory: the page comes back without the photo, and says so. */
function watchCamera(input) {
  input.addEventListener("click", () => sessionStorage.setItem("camera", "open"));
  for (const event of ["change", "cancel"]) {
    input.addEventListener(event, () => sessionStorage.removeItem("camera"));
  }
}
