"""Makes archives of every kind out of one text: archives.py DIRECTORY < TEXT. Prints what lies where, as `file<TAB>path:line`."""
import base64, bz2, gzip, io, lzma, os, shutil, struct, subprocess, sys, tarfile, zipfile, zlib

top, text = sys.argv[1], sys.stdin.buffer.read()
os.makedirs(top, exist_ok=True)


def put(name, data, where):
    with open(os.path.join(top, name), "wb") as out:
        out.write(data)
    print(name + "\t" + where)


def zipped(members, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(members, form=tarfile.PAX_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return out.getvalue()


def ar(members):
    out = b"!<arch>\n"
    for name, data in members:
        out += b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name.encode(), 0, 0, 0, 0o644, len(data)) + data + b"\n" * (len(data) % 2)
    return out


def cpio(members):
    out = b""
    for name, data in members + [("TRAILER!!!", b"")]:
        field = [1, 0o100644 if data else 0, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name) + 1, 0]
        out += b"070701" + b"".join(b"%08X" % n for n in field) + name.encode() + b"\0"
        out += b"\0" * (-len(out) % 4) + data
        out += b"\0" * (-len(out) % 4)
    return out


def rpm(payload):
    empty = b"\x8e\xad\xe8\x01" + b"\0" * 4 + b"\0\0\0\0" + b"\0\0\0\0"
    return b"\xed\xab\xee\xdb" + b"\0" * 92 + empty + empty + payload


for name, method in [("stored.zip", 0), ("deflate.zip", 8), ("bzip2.zip", 12), ("lzma.zip", 14)]:
    put(name, zipped([("readme", b"x\n"), ("conf/in.env", text)], method), name + "!/conf/in.env:2")
put("behind.bin", b"#!/bin/sh\nexit 0\n" + b"\1" * 999 + zipped([("in.env", text)]), "behind.bin!/in.env:2")
put("app.jar", zipped([("BOOT-INF/lib/b.jar", zipped([("application.yml", text)]))]), "app.jar!/BOOT-INF/lib/b.jar!/application.yml:2")
for name, form in [("pax.tar", tarfile.PAX_FORMAT), ("gnu.tar", tarfile.GNU_FORMAT), ("ustar.tar", tarfile.USTAR_FORMAT)]:
    put(name, tarred([("a/in.env", text)], form), name + "!/a/in.env:2")
long = "/".join(["folder" * 5] * 8) + "/in.env"
put("long-pax.tar", tarred([(long, text)]), "long-pax.tar!/" + long + ":2")
put("long-gnu.tar", tarred([(long, text)], tarfile.GNU_FORMAT), "long-gnu.tar!/" + long + ":2")
put("a.tar.gz", gzip.compress(tarred([("in.env", text)])), "a.tar.gz!/in.env:2")
put("b.tar.bz2", bz2.compress(tarred([("in.env", text)])), "b.tar.bz2!/in.env:2")
put("c.tar.xz", lzma.compress(tarred([("in.env", text)])), "c.tar.xz!/in.env:2")
put("d.tar.lzma", lzma.compress(tarred([("in.env", text)]), lzma.FORMAT_ALONE), "d.tar.lzma!/in.env:2")
put("two.log.gz", gzip.compress(b"first\n") + gzip.compress(text), "two.log.gz!/two.log:3")
put("log.bz2", bz2.compress(b"first\n") + bz2.compress(text), "log.bz2!/log:3")
put("log.xz", lzma.compress(b"first\n") + lzma.compress(text), "log.xz!/log:3")
data = tarred([("./etc/app.env", text)])
put("p.deb", ar([("debian-binary", b"2.0\n"), ("data.tar.xz", lzma.compress(data))]), "p.deb!/data.tar.xz!/etc/app.env:2")
put("i.cpio", cpio([("etc/app.env", text)]), "i.cpio!/etc/app.env:2")
for name, pack in [("gz.rpm", gzip.compress), ("xz.rpm", lzma.compress), ("bz.rpm", bz2.compress)]:
    put(name, rpm(pack(cpio([("./etc/app.env", text)]))), name + "!/etc/app.env:2")
layer = gzip.compress(tarred([("etc/app.env", text)]))
put("oci.tar", tarred([("oci-layout", b"{}"), ("blobs/sha256/0a1b", layer)]), "oci.tar!/blobs/sha256/0a1b!/etc/app.env:2")
put("docker.tar", tarred([("0a1b/layer.tar", tarred([("app.env", text)]))]), "docker.tar!/0a1b/layer.tar!/app.env:2")
wide = text.decode().encode("utf-16")
put("wide.zip", zipped([("in.txt", wide)]), "wide.zip!/in.txt:2")
def pdf(*streams):
    out = b"%PDF-1.7\n"
    for number, data in enumerate(streams):
        data = zlib.compress(data)
        out += b"%d 0 obj\n<</Length %d /Filter /FlateDecode>>\nstream\n" % (number + 1, len(data)) + data + b"\nendstream\nendobj\n"
    return out + b"trailer <</Root 1 0 R>>\n%%EOF\n"


lines = text.decode().splitlines()
shown = "BT /F1 9 Tf " + " T* ".join("[(%s) -12 (%s)] TJ" % (line[:7], line[7:]) for line in lines) + " ET"
put("plain.pdf", pdf(shown.encode()), "plain.pdf!/stream 1:2")
coded = "BT " + " T* ".join("<%s> Tj" % "".join("%04x" % (ord(c) + 5) for c in line) for line in lines) + " ET"
table = "1 beginbfrange\n<0025> <0083> <0020>\nendbfrange\n"
put("coded.pdf", pdf(coded.encode(), table.encode()), "coded.pdf!/stream 1:2")
def lzw(data):
    """Codes of single bytes alone, with a fresh start often enough that they never grow."""
    codes = [256]
    for at, byte in enumerate(data):
        codes += [byte] + [256] * (at % 200 == 199)
    bits = "".join(format(code, "09b") for code in codes + [257])
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))


def runs(data):
    return b"".join(bytes([len(part) - 1]) + part for part in (data[at : at + 99] for at in range(0, len(data), 99))) + b"\x80"


def filtered(names, data):
    return b"%PDF-1.7\n1 0 obj\n<</Filter [" + names + b"]>>\nstream\n" + data + b"\nendstream\nendobj\n%%EOF\n"


for name, names, body in [
    ("lzw", b"/LZWDecode", lzw(shown.encode())),
    ("ascii", b"/ASCII85Decode /FlateDecode", base64.a85encode(zlib.compress(shown.encode()), wrapcol=70) + b"~>"),
    ("hex", b"/AHx", shown.encode().hex().encode() + b">"),
    ("runs", b"/ASCII85Decode/RunLengthDecode", base64.a85encode(runs(shown.encode())) + b"~>"),
]:
    put(name + ".pdf", filtered(names, body), name + ".pdf!/stream 1:2")


def seven(members, coder, packed):
    """A 7z archive of one block, by the description of the format that comes with 7-Zip."""
    number = lambda n: bytes([n]) if n < 128 else b"\xff" + struct.pack("<Q", n)
    whole = b"".join(data for _, data in members)
    names = b"\0" + b"".join(name.encode("utf-16-le") + b"\0\0" for name, _ in members)
    header = b"\x01\x04\x06\0\x01\x09" + number(len(packed)) + b"\0"
    header += b"\x07\x0b\x01\0\x01" + coder + b"\x0c" + number(len(whole)) + b"\0"
    header += b"\x08\x0d" + number(len(members)) + b"\x09" + b"".join(number(len(data)) for _, data in members[:-1])
    header += b"\x0a\x01" + b"".join(struct.pack("<I", zlib.crc32(data)) for _, data in members) + b"\0\0"
    header += b"\x05" + number(len(members)) + b"\x11" + number(len(names)) + names + b"\0\0"
    start = struct.pack("<QQI", len(packed), len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + packed + header


files = [("readme", b"x\n" * 99), ("conf/in.env", text)]
block = b"".join(data for _, data in files)
raw = lzma.compress(block, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}])
for name, coder, packed in [("copy.7z", b"\x01\0", block), ("lzma2.7z", b"\x21\x21\x01\x10", raw), ("bzip2.7z", b"\x03\x04\x02\x02", bz2.compress(block))]:
    put(name, seven(files, coder, packed), name + "!/conf/in.env:2")
if shutil.which("zstd"):
    packed = subprocess.run(["zstd", "-qc"], input=data, stdout=subprocess.PIPE, check=True).stdout
    put("e.tar.zst", packed, "e.tar.zst!/etc/app.env:2")
    put("zst.rpm", rpm(subprocess.run(["zstd", "-qc"], input=cpio([("a", text)]), stdout=subprocess.PIPE, check=True).stdout), "zst.rpm!/a:2")
