"""Scripts and styles on their way out: what is left away, and what never is."""

import pytest

from fieldtickets.web.assets import compact


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("/* why\n   so */\n  go();\n", "go();\n"),
        (
            "/* one */ let a = 1;\nlet b = 2;\n/* two */\nlet c = 3;\n",
            "/* one */ let a = 1;\nlet b = 2;\nlet c = 3;\n",
        ),
        ('input.accept = "image/*";\ngo(); // */\n', 'input.accept = "image/*";\ngo(); // */\n'),
    ],
    ids=["a comment of its own lines", "a comment before code", "no comment"],
)
def test_a_script_loses_its_comments_and_never_a_line_of_code(written, sent):
    assert compact(written, "text/javascript") == sent
