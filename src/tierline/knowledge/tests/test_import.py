"""A folder of files as drafts: what is read, what is left out, and that twice is once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tierline.accounts.tests.builders import AT, World, make_world
from tierline.knowledge import queries, services
from tierline.knowledge.queries.folder import Page, Unread, pages
from tierline.plumbing import markup, store, tenancy

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 32


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "kb"
    (root / "img").mkdir(parents=True)
    (root / "img" / "step 1.png").write_bytes(PNG)
    (tmp_path / "secret.png").write_bytes(PNG)
    (root / "cert.md").write_text(
        "---\ntitle: 证书更换\nlanguage: zh\naudience: customer\n---\n# 证书更换\n\n1. 下载\n\n![证书页](img/step%201.png)\n"
        "![外](../secret.png) ![网](https://evil.example/x.png)\n"
    )
    (root / "vpn.html").write_text(
        "<html><head><title>VPN drops</title></head><body><h1>VPN drops</h1>"
        "<p onclick=alert(1)>Renew the <b>certificate</b>.</p><script>alert(1)</script></body></html>"
    )
    (root / "empty.md").write_text("\n")
    (root / "broken.md").write_bytes(b"\xff\xfe\x00bad")
    (root / ".hidden.md").write_text("# hidden")
    (root / "out.md").symlink_to(tmp_path / "elsewhere.md")
    (tmp_path / "elsewhere.md").write_text("# elsewhere\n\nsecret")
    return root


def test_markdown_and_html_are_read_and_the_rest_is_named(folder: Path) -> None:
    found = {p.source: p for p in pages(folder)}
    assert set(found) == {"cert.md", "vpn.html", "empty.md", "broken.md"}
    assert found["empty.md"] == Unread("empty.md", "empty")
    assert found["broken.md"] == Unread("broken.md", "not_text")
    cert, vpn = found["cert.md"], found["vpn.html"]
    assert isinstance(cert, Page) and isinstance(vpn, Page)
    assert (cert.title, cert.language, vpn.title, vpn.language) == ("证书更换", "zh-hans", "VPN drops", "en")
    assert cert.body == "1. 下载\n\n![证书页](files/step_1.png)\n外 网"
    assert "alert" not in vpn.body and "**certificate**" in vpn.body


def bring(world: World, folder: Path) -> dict[str, str]:
    told = [
        services.import_page(actor=world.system, enterprise_id=world.enterprise_id, page=p, at=AT)
        for p in pages(folder)
        if isinstance(p, Page)
    ]
    return {row.source: row.became for row in told}


@pytest.mark.django_db(transaction=True)
def test_twice_is_once_and_a_changed_file_is_the_next_version(folder: Path) -> None:
    world = make_world()
    assert bring(world, folder) == {"cert.md": "new", "vpn.html": "new"}
    assert bring(world, folder) == {"cert.md": "same", "vpn.html": "same"}
    (folder / "vpn.html").write_text("<h1>VPN drops</h1><p>Call us.</p>")
    assert bring(world, folder) == {"cert.md": "same", "vpn.html": "changed"}
    with tenancy.reading(world.system):
        rows = queries.article_page(world.enterprise_id)
        assert sorted((r.title, r.state, r.latest, r.audience) for r in rows) == [
            ("VPN drops", "draft", 2, "internal"),
            ("证书更换", "draft", 1, "customer"),
        ]
        cert = next(r for r in rows if r.title == "证书更换")
        (file,) = queries.files(cert.id)
        text = queries.article(cert.id)
    assert (file.name, file.media_type, store.path(file.sha256).read_bytes()) == ("step_1.png", "image/png", PNG)
    shown = markup.render(text.body, {"files/step_1.png": "/here/step_1.png"})
    assert 'src="/here/step_1.png"' in shown
    assert "<img" not in markup.render(text.body)


@pytest.mark.parametrize(
    "source", ["https://evil.example/a.png", "//evil.example/a.png", "javascript:alert(1)", "files/other.png"]
)
def test_a_picture_that_is_not_the_articles_own_is_not_shown(source: str) -> None:
    shown = markup.render(f"a ![x]({source}) b", {"files/own.png": "/own.png"})
    assert "<img" not in shown
    assert "evil" not in shown
