"""Reads files with programs that are not ours. Standard input: [{"kind", "path"}] as JSON; standard output: what was read, in that order."""

import csv
import html
import json
import subprocess
import sys

import docx
import pysrt
import pysubs2
import webvtt
from lxml import etree


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL).stdout


def read_docx(path):
    document = docx.Document(path)
    return {
        "author": document.core_properties.author,
        "paragraphs": [p.text for p in document.paragraphs],
        "rows": [[c.text for c in r.cells] for t in document.tables for r in t.rows],
    }


def read_fdx(path):
    return [[p.get("Type"), "".join(p.itertext("Text"))] for p in etree.parse(path).iter("Paragraph")]


def read_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        text = file.read()
    return list(csv.reader(text.splitlines(keepends=True), delimiter=";" if text.split("\r\n")[0].count(";") else ",", strict=True))


def read_md(path):
    """Blocks with their text: a line break within is a line feed."""
    extensions = [x for name in ("table", "autolink", "strikethrough") for x in ("-e", name)]
    root = etree.fromstring(output("cmark-gfm", *extensions, "--unsafe", "-t", "xml", path))
    ns = "{http://commonmark.org/xml/1.0}"

    def text(node):
        made = ""
        for child in node.iter():
            name = etree.QName(child).localname
            if name in ("text", "code"):
                made += child.text or ""
            elif name in ("linebreak", "softbreak") or (name == "html_inline" and child.text == "<br>"):
                made += "\n"
            elif name not in ("paragraph", "heading", "table_cell", "link", "item", "strong"):
                made += f"\u2620{name}"
        return made

    blocks = []
    for node in root.iter():
        name = etree.QName(node).localname
        if name == "heading" or name == "table_cell" or (name == "paragraph" and node.getparent() is not None):
            blocks.append([name + (node.get("level") or ""), text(node)])
        elif name in ("code_block", "html_block", "thematic_break"):
            blocks.append([name, node.text or ""])
    links = [n.get("destination") for n in root.iter(ns + "link")]
    return {"blocks": blocks, "links": links}


def read_pdf(path):
    # Characters that XML forbids cannot come from a text of ours, but pdftotext does not escape its own.
    tree = etree.fromstring(output("pdftotext", "-bbox", path, "-"), etree.XMLParser(recover=True))
    return [
        {
            "width": float(page.get("width")),
            "height": float(page.get("height")),
            "words": [[*(float(w.get(k)) for k in ("xMin", "yMin", "xMax", "yMax")), w.text or ""] for w in page.iter("{*}word")],
        }
        for page in tree.iter("{*}page")
    ]


def subs(file):
    return [[e.start, e.end, e.plaintext] for e in file]


def read_srt(path):
    lines = [[i.start.ordinal, i.end.ordinal, i.text] for i in pysrt.open(path, encoding="utf-8")]
    # Through ffmpeg into what libass draws: overrides in braces are gone, \N is a line break.
    drawn = subs(pysubs2.SSAFile.from_string(output("ffmpeg", "-v", "error", "-i", path, "-f", "ass", "-").decode())) if lines else []
    return {"pysrt": lines, "pysubs2": subs(pysubs2.load(path, format_="srt", keep_unknown_html_tags=False)), "ffmpeg": drawn}


def milliseconds(stamp):
    hours, minutes, seconds = stamp.split(":")
    return (int(hours) * 60 + int(minutes)) * 60_000 + round(float(seconds) * 1000)


def read_vtt(path):
    cues = [[milliseconds(c.start), milliseconds(c.end), html.unescape(c.text)] for c in webvtt.read(path)]
    return {"webvtt": cues}


READERS = {"docx": read_docx, "fdx": read_fdx, "csv": read_csv, "md": read_md, "pdf": read_pdf, "srt": read_srt, "vtt": read_vtt}
json.dump([READERS[job["kind"]](job["path"]) for job in json.load(sys.stdin)], sys.stdout)
