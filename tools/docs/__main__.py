"""Make every generated page, and say which ones changed."""

from collections.abc import Callable
from pathlib import Path

from tools.docs import behaviours, commands, coverage, figures, lifecycle, playbooks, texts

ROOT = Path(__file__).parent.parent.parent
PAGES: dict[str, Callable[[], str]] = {
    "docs/behaviours.md": behaviours.page,
    "docs/coverage.md": coverage.page,
    "docs/lifecycle.md": lifecycle.page,
    "docs/operations.md": commands.page,
    "docs/playbooks.md": playbooks.page,
    "docs/texts.md": texts.page,
    "README.md": figures.readme,
}


def main(root: Path = ROOT) -> None:
    """Write each page that differs from what stands there."""
    for name, make in PAGES.items():
        path, text = root / name, make()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print("Written:", name)


if __name__ == "__main__":
    main()
