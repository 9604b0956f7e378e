"""The proof of consent on paper: the rows of the page, the wording, and the checksum, as PDF.

The one place that knows reportlab. Its typeface Vera is put into the file; letters it does not have are
replaced by their base letter, and the paper then says so: the JSON file is exact.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from unicodedata import normalize
from xml.sax.saxutils import escape

import reportlab
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer, Table

from exchange.web.proof import Proof

INK, GREY, LINE = HexColor("#17191C"), HexColor("#4A4E54"), HexColor("#D3D2CA")
_PLAIN, _BOLD, _DIGITS = "Vera", "VeraBd", "Courier"


@cache
def _letters() -> frozenset[int]:
    """The typefaces made known; what the plain one can write."""
    fonts = Path(reportlab.__file__).parent / "fonts"
    for name in (_PLAIN, _BOLD):
        pdfmetrics.registerFont(TTFont(name, str(fonts / f"{name}.ttf")))
    return frozenset(pdfmetrics.getFont(_PLAIN).face.charToGlyph)


def written(text: str) -> str:
    """The text in letters the typeface has: else the base letter, else a question mark."""
    known = _letters()
    found = []
    for letter in normalize("NFC", text):
        base = normalize("NFKD", letter)[0]
        found.append(letter if ord(letter) in known or letter == "\n" else base if ord(base) in known else "?")
    return "".join(found)


def proof_pdf(proof: Proof, *, title: str, subtitle: str, note: str, inexact: str) -> bytes:
    """The paper: title, the enquiry it belongs to, wording, rows, how to check it; ``inexact`` where letters lack."""
    _letters()
    texts = [title, subtitle, note, proof.text, *(text for label, value, _ in proof.rows for text in (label, value))]
    parts: list[Flowable] = [
        _paragraph(title, 16, 22, _BOLD),
        _paragraph(subtitle, 9, 13, colour=GREY),
        Spacer(1, 6 * mm),
        HRFlowable(width="100%", thickness=0.6, color=LINE),
        Spacer(1, 4 * mm),
        _paragraph(proof.text, 10.5, 15),
        Spacer(1, 4 * mm),
        HRFlowable(width="100%", thickness=0.6, color=LINE),
        Spacer(1, 4 * mm),
        _table(proof),
        Spacer(1, 6 * mm),
        _paragraph(note, 8, 11.5, colour=GREY),
    ]
    if any(written(text) != normalize("NFC", text) for text in texts):
        parts.append(_paragraph(inexact, 8, 11.5, colour=GREY))
    file = BytesIO()
    made = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=24 * mm,
        rightMargin=24 * mm,
        topMargin=24 * mm,
        bottomMargin=20 * mm,
        title=title,
        subject=f"SHA-256 {proof.hash}",
        author="",
        creator="",
        invariant=1,
    )
    made.build(parts)
    return file.getvalue()


def _table(proof: Proof) -> Table:
    rows = [
        [_paragraph(label, 9, 13, colour=GREY), _paragraph(value, 8 if kind == "mono" else 9, 13, _face(kind))]
        for label, value, kind in proof.rows
    ]
    return Table(
        rows,
        colWidths=[42 * mm, 120 * mm],
        hAlign="LEFT",
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)],
    )


def _face(kind: str) -> str:
    return _DIGITS if kind == "mono" else _PLAIN


def _paragraph(text: str, size: float, line: float, face: str = _PLAIN, colour: HexColor = INK) -> Paragraph:
    style = ParagraphStyle("text", fontName=face, fontSize=size, leading=line, textColor=colour, splitLongWords=1)
    return Paragraph(escape(written(text)).replace("\n", "<br/>"), style)
