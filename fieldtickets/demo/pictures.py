"""The demo's photos: drawn here, so that none lies in the repository and nobody's home is shown.

A program of its own, started by its path: no process of the service carries what it takes to paint. It
writes `{name: JPEG in base64}` on standard output.
"""

import json
import math
import random
import sys
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 900
QUALITY = 84
Colour = tuple[int, int, int]
Brush = ImageDraw.ImageDraw


def drawn() -> Mapping[str, bytes]:
    """Each picture as a JPEG, by name; the same bytes every time."""
    return {name: photo(scene, seed) for seed, (name, scene) in enumerate(SCENES.items())}


def photo(scene: Callable[[Image.Image, random.Random], None], seed: int) -> bytes:
    """A scene as a telephone would take it: slightly soft, darker at the edges, grainy."""
    picture, chance = Image.new("RGB", (WIDTH, HEIGHT)), random.Random(seed)
    scene(picture, chance)
    picture = picture.filter(ImageFilter.GaussianBlur(1.4))
    edges = Image.radial_gradient("L").resize((WIDTH, HEIGHT)).point(lambda far: 255 - far * 4 // 10)
    picture = ImageChops.multiply(picture, Image.merge("RGB", (edges, edges, edges)))
    picture = ImageChops.add(picture, grain(chance), scale=1, offset=-128)
    kept = BytesIO()
    picture.save(kept, "JPEG", quality=QUALITY)
    return kept.getvalue()


def grain(chance: random.Random) -> Image.Image:
    """The noise of a small sensor, the same for the same chance."""
    small = Image.frombytes("L", (WIDTH // 2, HEIGHT // 2), chance.randbytes(WIDTH * HEIGHT // 4))
    soft = small.point(lambda level: 128 + (level - 128) // 8).resize(
        (WIDTH, HEIGHT), Image.Resampling.BICUBIC
    )
    return Image.merge("RGB", (soft, soft, soft))


def wall(picture: Image.Image, top: Colour, bottom: Colour) -> None:
    """A surface that fades from one colour to another, downwards."""
    fade = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    picture.paste(
        Image.composite(
            Image.new("RGB", (WIDTH, HEIGHT), bottom), Image.new("RGB", (WIDTH, HEIGHT), top), fade
        )
    )


def pipe(brush: Brush, points: Sequence[tuple[int, int]], width: int, colour: Colour) -> None:
    """A round pipe: strokes from the dark rim to the light in its middle."""
    for share in range(12):
        light = 0.55 + 0.6 * share / 12
        shade = tuple(min(255, int(part * light)) for part in colour)
        stroke = max(2, int(width * (1 - share / 12)))
        brush.line(points, fill=shade, width=stroke, joint="curve")


def nut(brush: Brush, x: int, y: int, size: int) -> None:
    """A brass nut around a pipe."""
    for ring in range(8):
        tone = 105 + ring * 14
        inset = ring * 4
        brush.rounded_rectangle(
            (x - size + inset, y - size // 2 + inset // 2, x + size - inset, y + size // 2 - inset // 2),
            10,
            fill=(tone, int(tone * 0.82), int(tone * 0.42)),
        )


def leaking_pipe(picture: Image.Image, chance: random.Random) -> None:
    """Under a sink: a trap, a nut, drops, a bucket."""
    wall(picture, (206, 198, 184), (120, 112, 100))
    brush = ImageDraw.Draw(picture)
    for x in range(0, WIDTH, 150):  # tiles
        brush.line((x, 0, x, 640), fill=(176, 168, 154), width=4)
    for y in range(40, 640, 150):
        brush.line((0, y, WIDTH, y), fill=(176, 168, 154), width=4)
    brush.rectangle((0, 690, WIDTH, HEIGHT), fill=(104, 78, 56))
    pipe(
        brush,
        [(560, 0), (560, 360), (600, 440), (690, 440), (730, 360), (730, 250), (1200, 250)],
        84,
        (190, 196, 200),
    )
    nut(brush, 560, 300, 66)
    nut(brush, 900, 250, 44)
    brush.ellipse((470, 385, 650, 480), fill=(150, 140, 126))
    pipe(brush, [(560, 340), (560, 372), (600, 440), (690, 440)], 84, (190, 196, 200))
    for _drop in range(9):
        x, y = 545 + chance.randrange(40), 490 + chance.randrange(170)
        brush.ellipse((x, y, x + 12, y + 26), fill=(196, 222, 236))
    brush.polygon([(430, 660), (720, 660), (680, 850), (470, 850)], fill=(38, 92, 150))
    brush.polygon([(430, 660), (520, 660), (530, 850), (470, 850)], fill=(62, 124, 186))
    brush.ellipse((430, 632, 720, 690), fill=(24, 62, 104))
    brush.ellipse((452, 644, 698, 684), fill=(132, 170, 196))
    brush.ellipse((536, 655, 600, 672), outline=(210, 230, 240), width=3)


def broken_window(picture: Image.Image, chance: random.Random) -> None:
    """A window on a courtyard with a star of cracks and a hole."""
    wall(picture, (226, 220, 208), (190, 180, 164))
    brush = ImageDraw.Draw(picture)
    brush.rectangle((150, 60, 1050, 840), fill=(240, 238, 232))
    for x, y in ((200, 110), (625, 110)):
        for row in range(680):
            tone = 168 - row // 8
            brush.line((x, y + row, x + 375, y + row), fill=(tone, tone + 18, tone + 34))
    brush.rectangle((230, 430, 560, 790), fill=(112, 104, 96))  # the house opposite
    for column in range(3):
        brush.rectangle((260 + column * 100, 480, 310 + column * 100, 560), fill=(214, 190, 120))
    centre = (790, 400)
    rim = []
    for ray in range(17):
        angle = ray * math.tau / 17 + chance.uniform(-0.12, 0.12)
        reach = chance.randrange(150, 360)
        points = [centre]
        for part in range(1, 6):
            wobble, far = angle + chance.uniform(-0.09, 0.09), reach * part / 5
            x, y = int(centre[0] + math.cos(wobble) * far), int(centre[1] + math.sin(wobble) * far)
            points.append((min(998, max(626, x)), min(788, max(112, y))))
        brush.line(points, fill=(242, 248, 252), width=3)
        near = chance.randrange(50, 96)
        rim.append((centre[0] + math.cos(angle) * near, centre[1] + math.sin(angle) * near))
    brush.polygon(rim, fill=(34, 38, 42), outline=(246, 250, 252), width=4)
    brush.rectangle((150, 60, 1050, 840), outline=(196, 192, 182), width=10)
    brush.ellipse((596, 440, 618, 520), fill=(120, 116, 108))


def fuse_box(picture: Image.Image, chance: random.Random) -> None:
    """A distribution board: rows of breakers, one of them down, with a scorched place."""
    wall(picture, (214, 212, 206), (168, 164, 156))
    brush = ImageDraw.Draw(picture)
    brush.rounded_rectangle((190, 60, 1010, 850), 26, fill=(236, 236, 232), outline=(170, 170, 166), width=8)
    for row in range(3):
        top = 120 + row * 240
        brush.rectangle((240, top, 960, top + 180), fill=(92, 94, 98))
        for place in range(9):
            left = 252 + place * 78
            down = row == 1 and place == 5
            brush.rounded_rectangle((left, top + 10, left + 70, top + 170), 8, fill=(244, 244, 242))
            brush.rectangle((left + 22, top + 50, left + 48, top + 130), fill=(208, 208, 206))
            lever = top + (96 if down else 54)
            brush.rectangle(
                (left + 24, lever, left + 46, lever + 32), fill=(196, 40, 32) if down else (36, 60, 110)
            )
            brush.text(
                (left + 18, top + 16), f"C{chance.choice((10, 16, 20, 32))}", fill=(70, 70, 70), font_size=20
            )
        brush.rectangle((240, top + 186, 960, top + 214), fill=(250, 248, 236))
    soot = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(soot).ellipse((620, 320, 760, 450), fill=150)
    soot = soot.filter(ImageFilter.GaussianBlur(34))
    picture.paste((48, 36, 24), mask=soot)


def tagged_wall(picture: Image.Image, chance: random.Random) -> None:
    """A light front with a black scrawl beside the entrance."""
    wall(picture, (232, 222, 200), (206, 190, 164))
    brush = ImageDraw.Draw(picture)
    for _spot in range(900):
        x, y, size = chance.randrange(WIDTH), chance.randrange(HEIGHT), chance.randrange(2, 7)
        tone = chance.randrange(186, 226)
        brush.ellipse((x, y, x + size, y + size), fill=(tone, tone - 12, tone - 36))
    brush.rectangle((900, 120, WIDTH, 820), fill=(74, 58, 44))
    brush.rectangle((930, 150, WIDTH, 820), fill=(52, 74, 66))
    brush.rectangle((0, 820, WIDTH, HEIGHT), fill=(128, 124, 118))
    for stroke in range(5):
        x = 130 + stroke * 140
        points = [
            (x + int(90 * math.sin(part / 3 + stroke)), 300 + part * 17 + chance.randrange(-8, 8))
            for part in range(18)
        ]
        brush.line(points, fill=(22, 20, 24), width=26, joint="curve")
        for _run in range(3):  # where the paint ran
            left, top = chance.choice(points)
            brush.line((left, top, left, top + chance.randrange(60, 150)), fill=(30, 28, 32), width=6)
    brush.line((110, 660, 400, 600, 760, 650), fill=(22, 20, 24), width=22, joint="curve")


def radiator(picture: Image.Image, chance: random.Random) -> None:
    """A cast-iron radiator under a sill, with its valve."""
    wall(picture, (196, 206, 204), (160, 170, 166))
    brush = ImageDraw.Draw(picture)
    brush.rectangle((100, 120, 1100, 170), fill=(238, 236, 230))
    brush.rectangle((0, 780, WIDTH, HEIGHT), fill=(150, 112, 76))
    for board in range(8):
        x = board * 160 + chance.randrange(-20, 20)
        brush.line((x, 780, x - 60, HEIGHT), fill=(118, 86, 56), width=4)
    for rib in range(11):
        left = 190 + rib * 72
        pipe(brush, [(left + 30, 270), (left + 30, 700)], 58, (222, 222, 216))
        brush.ellipse((left + 2, 246, left + 58, 300), fill=(232, 232, 226))
        brush.ellipse((left + 2, 676, left + 58, 730), fill=(196, 196, 190))
    pipe(brush, [(980, 690), (1060, 690), (1060, 800)], 30, (176, 142, 96))
    nut(brush, 1020, 690, 30)
    brush.ellipse((1020, 610, 1100, 680), fill=(246, 246, 244), outline=(180, 180, 178), width=4)
    brush.text((1046, 626), "3", fill=(80, 80, 80), font_size=34)


SCENES: dict[str, Callable[[Image.Image, random.Random], None]] = {
    scene.__name__: scene for scene in (leaking_pipe, broken_window, fuse_box, tagged_wall, radiator)
}

if __name__ == "__main__":
    json.dump({name: b64encode(jpeg).decode() for name, jpeg in drawn().items()}, sys.stdout)
