"""The last step of a PDF: what WeasyPrint leaves undone for PDF/UA-1 and repeatable bytes.

WeasyPrint's ``pdf/a-3a`` is valid PDF/A-3a. It lacks the mark of PDF/UA, the scope of header
cells, and it tags the text in the page margins without placing it in the structure tree.
"""

from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Operator

_UA_MARK = b"""<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" rdf:about=""><pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" rdf:about=""
 xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#"
 xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>
<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>PDF/UA part</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>"""
_PRINT = 4


class FinishError(Exception):
    """The file is not what WeasyPrint is known to write."""


def finish(data: bytes) -> bytes:
    """Return the PDF as PDF/UA-1 too, with an identifier that depends on its content only."""
    with pikepdf.open(BytesIO(data)) as pdf:
        _mark_as_ua(pdf)
        placed = _complete_structure(pdf)
        _margins_to_artifacts(pdf, placed)
        for page in pdf.pages:
            for annotation in page.obj.get("/Annots", Array()):
                annotation.F = _PRINT
        if (files := pdf.Root.get("/AF")) is not None:
            # WeasyPrint names each associated file twice.
            pdf.Root.AF = Array({entry.objgen: entry for entry in files}.values())
        target = BytesIO()
        pdf.save(target, deterministic_id=True)
        return target.getvalue()


def _mark_as_ua(pdf: pikepdf.Pdf) -> None:
    """Put the PDF/UA mark and its schema inside the RDF of the metadata."""
    metadata = pdf.Root.get("/Metadata")
    raw = metadata.read_bytes() if metadata is not None else b""
    if raw.count(b"</rdf:RDF>") != 1:
        msg = "the metadata has not exactly one RDF"
        raise FinishError(msg)
    stream = pikepdf.Stream(pdf, raw.replace(b"</rdf:RDF>", _UA_MARK))
    stream.Type = Name.Metadata
    stream.Subtype = Name.XML
    pdf.Root.Metadata = pdf.make_indirect(stream)


def _complete_structure(pdf: pikepdf.Pdf) -> set[tuple[int, int]]:
    """Write the scope of every header cell; return the elements that lie in the tree."""
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        msg = "the file has no structure tree"
        raise FinishError(msg)
    placed: set[tuple[int, int]] = set()
    waiting: list[tuple[Object, bool]] = [(root, False)]
    while waiting:
        element, in_head = waiting.pop()
        if element.is_indirect:
            placed.add(element.objgen)
        kind = element.get("/S")
        in_head = in_head or kind == Name.THead
        if kind == Name.TH:
            # It heads its column or its row.
            attributes = element.get("/A", Dictionary(O=Name.Table))
            if "/Scope" not in attributes:
                attributes.Scope = Name.Column if in_head else Name.Row
                element.A = attributes
        children = element.get("/K", Array())
        waiting.extend(
            (child, in_head)
            for child in (children if isinstance(children, Array) else [children])
            if isinstance(child, Dictionary) and child.get("/Type") != Name.OBJR
        )
    return placed


def _margins_to_artifacts(pdf: pikepdf.Pdf, placed: set[tuple[int, int]]) -> None:
    """Mark tagged content that lies outside the tree, the page margins, as pagination."""
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    parents = {int(numbers[i]): numbers[i + 1] for i in range(0, len(numbers), 2)}
    begin = Operator("BDC")
    artifact = pikepdf.ContentStreamInstruction(
        [Name.Artifact, Dictionary(Type=Name.Pagination)], begin
    )
    for page in pdf.pages:
        elements = parents.get(int(page.obj.get("/StructParents", -1)), ())
        orphans = {i for i, element in enumerate(elements) if element.objgen not in placed}
        if not orphans:
            continue
        content = []
        for part in pikepdf.parse_content_stream(page):
            properties = part.operands[-1] if part.operator == begin else None
            is_orphan = (
                isinstance(properties, Dictionary)
                and "/MCID" in properties
                and int(properties.MCID) in orphans
            )
            content.append(artifact if is_orphan else part)
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(content))
