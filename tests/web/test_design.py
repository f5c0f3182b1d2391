"""The gallery renders each component whole; templates and stylesheets keep the rules of the look (D7)."""

import re
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.template import engines
from django.test import RequestFactory, override_settings

from portal.web.context import theme_of
from portal.web.views.brand import brand
from portal.web.views.theme import set_theme

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "templates/components").glob("*.html"))
STYLES = sorted((ROOT / "static/css").glob("*.css"))
# Mail programs know no stylesheet; the styles are written into the elements when a mail is made.
MAIL_FRAMES = {"email.html"}
PHYSICAL = re.compile(
    r"^\s*((margin|padding|border)-(left|right|top|bottom)|left|right|top|bottom|width|height|text-align: (left|right)|float: (left|right))\b",
    re.MULTILINE,
)


@pytest.fixture
def loud_templates(monkeypatch):
    """A variable that is not there shows."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "MISSING-%s")


def test_the_gallery_shows_every_component_without_a_missing_value(client_for, tenant, loud_templates):
    page = client_for(None, tenant).get("/design/").content.decode()
    assert "MISSING-" not in page
    assert page.count('class="date-leaf"') == 6
    assert 'data-theme="dark"' in page


@override_settings(CALLOUT_EMBEDDED=False)
def test_the_gallery_is_not_there_in_production(client_for, tenant):
    assert client_for(None, tenant).get("/design/").status_code == 404


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/accounts/password/reset/", "/accounts/password/reset/done/", "/nowhere/"]
)
def test_pages_before_sign_in_miss_nothing(client_for, tenant, loud_templates, path):
    assert "MISSING-" not in client_for(None, tenant).get(path, follow=True).content.decode()


@pytest.mark.parametrize("code", [400, 403, 404, 429, 500, 503])
def test_error_pages_need_no_context(code, loud_templates):
    page = engines["django"].get_template(f"{code}.html").render({})
    assert "MISSING-" not in page
    assert f">{code}<" in page


@pytest.mark.parametrize("template", COMPONENTS, ids=lambda each: each.name)
def test_a_component_says_its_options_first(template):
    assert template.read_text(encoding="utf-8").startswith("{# ")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: str(each.relative_to(ROOT / "templates")))
def test_no_inline_script_or_style(template):
    text = re.sub(r"\{%.*?%\}", "", template.read_text(encoding="utf-8"))
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son\w+\s*=\s*[\"']|hx-on|javascript:|\bjs:", text)
    if template.name not in MAIL_FRAMES:
        assert "<style" not in text
        assert not re.search(r"\sstyle\s*=", text)


@pytest.mark.parametrize("sheet", STYLES, ids=lambda each: each.name)
def test_stylesheets_mirror_by_themselves(sheet):
    found = [match.group(0).strip() for match in PHYSICAL.finditer(sheet.read_text(encoding="utf-8"))]
    assert not found


def test_the_brand_stylesheet_is_kept_by_its_version(tenant):
    tenant.accent = "#0F5FA8"
    plain, versioned = (brand(request_for(tenant, path)) for path in ("/brand.css", "/brand.css?v=0f5fa8"))
    assert plain["Content-Type"].startswith("text/css")
    assert "max-age=60" in plain["Cache-Control"]
    assert "max-age=31536000" in versioned["Cache-Control"]
    assert b"--accent: light-dark(#0f5fa8," in versioned.content


def test_the_brand_stylesheet_without_tenant_is_callouts_own():
    assert b"--accent: light-dark(#0b6b60," in brand(request_for(None, "/brand.css")).content


def request_for(tenant, path):
    request = RequestFactory().get(path)
    request.tenant = tenant
    return request


def choose(theme, following="/somewhere/") -> HttpResponse:
    return set_theme(RequestFactory().post("/theme/", {"theme": theme, "next": following}))


def test_the_theme_is_kept_in_a_cookie():
    answer = choose("dark")
    assert answer.url == "/somewhere/"
    assert answer.cookies["theme"].value == "dark"


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_theme_leads_nowhere_else(following):
    assert choose("light", following).url == "/"


def test_an_unknown_theme_is_refused():
    assert choose("neon").status_code == 400
    request = RequestFactory().get("/", headers={"cookie": "theme=neon"})
    assert theme_of(request) == "auto"
