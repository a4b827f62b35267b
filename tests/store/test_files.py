"""The blob store: what it promises is the same in a folder, in a bucket and in memory."""

import errno
import os
import re
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from fieldtickets.store.files import FileDamaged, FileMissing, FileStore, StorageError, StorageFull, new_key

PHOTO = bytes(range(256)) * 4096  # 1 MB: more than one piece
DIGEST = sha256(PHOTO).hexdigest()


class Bucket(BaseHTTPRequestHandler):
    """As much of S3 as a blob store needs: objects by path, written once when asked so."""

    protocol_version = "HTTP/1.1"
    objects: dict[str, bytes]
    broken = False

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.broken:
            return self.answer(403)
        if self.headers["If-None-Match"] == "*" and self.path in self.objects:
            return self.answer(412)
        self.objects[self.path] = body
        return self.answer(200)

    def do_GET(self):
        found = self.objects.get(self.path)
        return self.answer(404) if found is None else self.answer(200, found)

    def do_HEAD(self):
        self.do_GET()

    def do_POST(self):
        """Delete what is listed: obstore always asks in bulk."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        keys = re.findall("<Key>(.*?)</Key>", body)
        for key in keys:
            self.objects.pop(f"/photos/{key}", None)
        deleted = "".join(f"<Deleted><Key>{key}</Key></Deleted>" for key in keys)
        self.answer(200, f"<DeleteResult>{deleted}</DeleteResult>".encode())

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Last-Modified", "Tue, 24 Nov 2026 10:00:00 GMT")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Silent."""


@pytest.fixture
def bucket(monkeypatch) -> Iterator[type[Bucket]]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nadia")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    handler = type("OneBucket", (Bucket,), {"objects": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        handler.url = f"http://127.0.0.1:{server.server_address[1]}"
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield handler
        server.shutdown()


@pytest.fixture(params=["file", "s3", "memory"])
def files(request, tmp_path) -> FileStore:
    if request.param == "s3":
        url = request.getfixturevalue("bucket").url
        return FileStore(f"s3://photos/here?endpoint={url}&region=eu-west-3")
    return FileStore(f"file:{tmp_path}/var/files" if request.param == "file" else "memory:")


def test_what_was_put_is_read_again(files):
    """U01"""
    key = new_key(7, DIGEST)

    files.put(key, PHOTO)

    assert files.exists(key)
    assert files.read(key, DIGEST) == PHOTO
    assert b"".join(files.stream(key)) == PHOTO
    assert b"".join(files.stream(key, DIGEST)) == PHOTO


def test_a_file_on_disk_is_put_as_it_is(files, tmp_path):
    """U01"""
    laid_aside = tmp_path / "backup"
    laid_aside.write_bytes(PHOTO)

    files.put("7/photo", laid_aside)
    laid_aside.unlink()

    assert files.read("7/photo") == PHOTO


def test_the_same_photo_sent_twice_has_two_keys(files):
    first, second = new_key(7, DIGEST), new_key(7, DIGEST)
    files.put(first, PHOTO)
    files.put(second, PHOTO)

    files.delete(first)

    assert first.startswith(f"7/{DIGEST[:2]}/{DIGEST}.")
    assert files.read(second) == PHOTO


def test_a_key_is_written_once(files):
    files.put("7/photo", PHOTO)

    with pytest.raises(StorageError):
        files.put("7/photo", b"other")

    assert files.read("7/photo") == PHOTO


def test_a_missing_blob_is_told_from_a_broken_store(files):
    """D10"""
    assert not files.exists("7/gone")
    files.delete("7/gone")
    with pytest.raises(FileMissing):
        files.read("7/gone")
    with pytest.raises(FileMissing):
        files.stream("7/gone", DIGEST)


def test_an_altered_blob_never_goes_out(files):
    """D10"""
    files.put("7/photo", PHOTO[:-1] + b"!")

    with pytest.raises(FileDamaged):
        files.read("7/photo", DIGEST)
    with pytest.raises(FileDamaged):
        files.stream("7/photo", DIGEST)


@pytest.mark.parametrize("key", ["../outside", "7/../../outside", "/etc/passwd", "7//x", "", "7/.x", "7/a b"])
def test_a_key_never_leads_out_of_the_store(files, key):
    with pytest.raises(ValueError, match="not a key"):
        files.put(key, b"x")


def test_the_store_says_when_it_is_ready(files):
    files.check()


def test_a_refusing_bucket_is_not_ready(bucket):
    """D11"""
    files = FileStore(f"s3://photos?endpoint={bucket.url}")
    bucket.broken = True

    with pytest.raises(StorageError):
        files.check()


def test_the_prefix_of_a_bucket_is_kept(bucket):
    FileStore(f"s3://photos/lavigne/files?endpoint={bucket.url}").put("7/photo", b"x")

    assert bucket.objects == {"/photos/lavigne/files/7/photo": b"x"}


def test_a_blob_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """D05"""
    done = []
    sync, link = os.fsync, os.link

    def watched_sync(handle: int) -> None:
        done.append("sync " + Path(os.readlink(f"/proc/self/fd/{handle}")).name.split("-")[0])
        sync(handle)

    def watched_link(source: str, target: Path) -> None:
        done.append(f"name {target.name}")
        link(source, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(os, "link", watched_link)
    root = tmp_path / "files"
    FileStore(f"file:{root}").put("7/ab/photo", PHOTO)

    assert done == [f"sync {tmp_path.name.split('-')[0]}", "sync files", "sync 7",
                    "sync .incoming", "name photo", "sync ab"]  # fmt: skip


def test_a_full_disk_leaves_no_part_of_a_file(tmp_path, monkeypatch):
    """D06 D07"""

    def no_room(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "7").mkdir()
    files = FileStore(f"file:{tmp_path}")
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", no_room)
        with pytest.raises(StorageFull):
            files.put("7/photo", PHOTO)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    files.put("7/photo", PHOTO)
    assert files.read("7/photo") == PHOTO


@pytest.mark.parametrize("url", ["", "var/files", "file:", "ftp://x/y", "s3://", "s3://bucket?speed=fast"])
def test_an_unusable_address_is_refused_at_once(url):
    with pytest.raises(ValueError, match="s3"):
        FileStore(url)
