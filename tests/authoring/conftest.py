"""Saved documents, written for these tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

_PAGE = """\
<!DOCTYPE html>
<!-- saved from url=(0051)https://m.example.org/2022/forts?utm_source=mail -->
<html lang="en-GB"><head><meta charset="utf-8"><title>Forts rise again - Harbour Gazette</title>
<link rel="canonical" href="https://www.example.org/2022/forts">
<meta property="og:site_name" content="Harbour Gazette"><meta property="og:type" content="article">
<meta name="author" content="Jane Doe">
<meta property="article:published_time" content="2022-02-05T10:00:00Z">
<script>document.write("Words of a script that would be long enough to be a paragraph, if it ran.")</script>
</head><body><nav><p>Home, and a menu with much else.</p></nav><article><h1>Forts rise again</h1>
<p>Inspectors reported that Ruritania rebuilds its forts,<br>and that tolls on the river pay for it.</p>
<h2>River tolls</h2><p>Read Also: something else, which is of no use here.</p>
<blockquote><p>According to the report, collectors took more than $50 million by mid-2021.</p></blockquote>
<p>A last paragraph says that nobody in the harbour was asked about any of these things.</p>
</article></body></html>
"""


@pytest.fixture(scope="session")
def wire_copy() -> Path:
    """Give an article about countries that are not there, built as wire copy on news sites is."""
    return Path(__file__).parent / "article.txt"


@pytest.fixture(scope="session")
def page() -> str:
    """Give a page of a news site."""
    return _PAGE


@pytest.fixture(scope="session")
def pdf() -> Callable[..., bytes]:
    """Give a function that makes a PDF file of pages of text, with a title in its metadata."""
    return _pdf


@pytest.fixture
def saved(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Give a function that saves a document under a name."""

    def save(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return save


def _pdf(*pages: str, title: str = "") -> bytes:
    """Return pages of text as PDF (ISO 32000-1, without compression)."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R /Lang (en-US) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, page in enumerate(pages):
        lines = [t.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for t in page.split("\n")]
        stream = "BT /F1 11 Tf 13 TL 60 780 Td " + " ".join(f"({t}) Tj T*" for t in lines) + " ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {5 + 2 * n} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< /Title ({title}) >>")
    data, places = b"%PDF-1.4\n", []
    for n, text in enumerate(objects, 1):
        places.append(len(data))
        data += f"{n} 0 obj\n{text}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R /Info {size - 1} 0 R >>\n"
    return data + f"{tail}startxref\n{len(data)}\n%%EOF\n".encode()
