"""Our own PostgreSQL comes up after everything that can happen to it, and belongs to its users."""

import os
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from console import ROOT, StartError
from postgres import Server


@pytest.fixture
def server(tmp_path) -> Iterator[Server]:
    """A server that was made and stopped once."""
    server = Server(tmp_path, fsync="off")
    server.start()
    server.stop()
    yield server
    server.end()


def _runs(server: Server) -> bool:
    return server._run("pg_ctl", "-D", str(server.cluster), "status").returncode == 0


def _pid(server: Server) -> int:
    return int((server.cluster / "postmaster.pid").read_text().splitlines()[0])


def _works(server: Server) -> bool:
    return server.run_sql("SELECT 6 * 7").strip() == "42"


def test_the_last_user_stops_the_server(server, tmp_path):
    other = Server(tmp_path)
    server.start()
    other.start()
    server.stop()
    assert _works(other)
    other.stop()
    assert not _runs(server)


def test_passwords_are_asked_for_and_readable_by_one_user_only(server):
    server.start()
    for role in ("admin", "owner", "app"):
        server.password(role)
        assert (server.folder / f"{role}.password").stat().st_mode & 0o077 == 0
    assert server.folder.stat().st_mode & 0o077 == 0
    assert server.socket.stat().st_mode & 0o077 == 0
    hba = (server.cluster / "pg_hba.conf").read_text()
    assert "trust" not in [line.split()[-1] for line in hba.splitlines() if line.strip()]
    server.stop()


def test_a_killed_server_starts_again_with_its_data(server):
    server.start()
    server.run_sql("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(_pid(server), signal.SIGKILL)
    server.start()
    assert server.run_sql("SELECT answer FROM kept").strip() == "42"
    server.stop()


@pytest.mark.parametrize("content", ["", "\n", "1", "12", "half a numb", "99999999\n/nowhere\n"])
def test_a_truncated_or_stale_process_file_is_no_server(server, content):
    file = server.cluster / "postmaster.pid"
    file.write_text(content)
    if server.user:
        os.chown(file, server.user.pw_uid, server.user.pw_gid)
    server.start()
    assert _works(server)
    server.stop()


def test_the_number_of_another_program_is_no_server(server):
    server.start()
    lines = (server.cluster / "postmaster.pid").read_text()
    number = str(_pid(server))
    server.stop()
    # Of the server's own user, so that PostgreSQL by itself would take it for its own.
    user = server.user.pw_uid if server.user else None
    other = subprocess.Popen(["sleep", "300"], user=user)
    try:
        file = server.cluster / "postmaster.pid"
        file.write_text(lines.replace(number, str(other.pid), 1))
        if server.user:
            os.chown(file, server.user.pw_uid, server.user.pw_gid)
        server.start()
        assert _works(server)
        server.stop()
        assert other.poll() is None, "the other program must be left alone"
    finally:
        other.kill()
        other.wait()


def test_the_server_of_a_killed_user_is_adopted_and_stopped(server, tmp_path):
    script = f"""
        import sys, time
        sys.path.insert(0, {str(ROOT / "bin" / "lib")!r})
        from pathlib import Path
        from postgres import Server
        Server(Path({str(tmp_path)!r})).start()
        print("up", flush=True)
        time.sleep(300)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "up\n"
        holder.kill()
    assert _runs(server)
    server.start()
    assert _works(server)
    server.stop()
    assert not _runs(server)


def test_a_path_of_150_characters(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 90)
    assert len(str(deep)) > 150
    deep.mkdir(parents=True)
    server = Server(deep)
    server.start()
    server.make_roles()
    assert _works(server)
    server.stop()


def test_a_socket_folder_of_someone_else_is_refused(server):
    if server.user is None:
        server.socket = Path("/")
    else:
        server.socket.mkdir(exist_ok=True)
        os.chown(server.socket, 1, 1)
    with pytest.raises(StartError, match="belongs to someone else"):
        server.start()
    if server.user:
        os.chown(server.socket, server.user.pw_uid, server.user.pw_gid)
    server.stop()


def test_folder_without_postgresql_is_refused(tmp_path):
    with pytest.raises(StartError, match="There is no PostgreSQL in"):
        Server(tmp_path, tmp_path)


@pytest.mark.usefixtures("as_root")
def test_a_full_disk_is_said(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(small)], check=True)
    try:
        server = Server(small)
        with pytest.raises(StartError, match=r"The disk that holds .* is full \(\d+ MB free\)"):
            server.start()
        server.stop()
        subprocess.run(["mount", "-o", "remount,size=200m", str(small)], check=True)
        server.start()
        assert _works(server)
        server.stop()
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)


@pytest.mark.usefixtures("as_root")
def test_nobodys_home_is_opened(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    monkeypatch.setattr(tempfile, "gettempdir", lambda: "/nowhere")
    shared = Path("/var/lib/haderslev")
    server = Server(home / "data")
    assert server.folder.is_relative_to(shared)
    assert home.stat().st_mode & 0o777 == 0o700


def test_the_application_is_given_rows_and_nothing_else(server):
    server.start()
    server.make_roles()
    server.make_roles()  # a second time changes nothing
    with psycopg.connect(server.addresses()["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (id bigint GENERATED BY DEFAULT AS IDENTITY, word text)")
        extensions = owner.execute("SELECT extname FROM pg_extension").fetchall()
    assert ("btree_gist",) in extensions
    with psycopg.connect(server.addresses()["DATABASE_URL"], autocommit=True) as app:
        app.execute("INSERT INTO kept (word) VALUES ('a'), ('b')")
        app.execute("UPDATE kept SET word = 'c' WHERE word = 'a'")
        app.execute("DELETE FROM kept WHERE word = 'b'")
        for refused in (
            "TRUNCATE kept",
            "DROP TABLE kept",
            "ALTER TABLE kept DISABLE TRIGGER ALL",
            "CREATE TABLE own ()",
            "CREATE TEMPORARY TABLE own ()",
            "SET ROLE haderslev_owner",
            "CREATE DATABASE own",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(refused)
        row = app.execute("SELECT word FROM kept").fetchall()
        assert row == [("c",)]
    server.stop()


@pytest.mark.parametrize(("ci", "ends"), [("", pytest.skip), ("true", pytest.fail)])
def test_what_only_root_may_do_is_never_skipped_in_ci(request, monkeypatch, ci, ends):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(ends.Exception, match="only root"):
        request.getfixturevalue("as_root")
