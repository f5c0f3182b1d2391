"""Icons, links that keep their parameters, components around a piece of page."""

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation
from heroicons import IconDoesNotExist


def render(text, **context):
    return Template("{% load icons nav components %}" + text).render(Context(context))


def test_an_icon_is_decoration_unless_it_is_named():
    assert 'aria-hidden="true"' in render('{% icon "home" %}')
    assert 'role="img" aria-label="Done"' in render('{% icon "check" label="Done" %}')


def test_directions_turn_with_the_page():
    assert "icon-directional" in render('{% icon "chevron-right" %}')
    assert "icon-directional" not in render('{% icon "home" %}')


def test_an_icons_label_is_text():
    assert "<b>" not in render('{% icon "home" label=label %}', label='"><b>')


def test_an_unknown_icon_is_a_mistake():
    with pytest.raises(IconDoesNotExist):
        render('{% icon "no-such-icon" %}')


@pytest.mark.parametrize(
    ("path", "tag", "expected"),
    [
        ("/?q=a+b&after=9", '{% query_with view="all" %}', "?q=a+b&view=all"),
        ("/?q=a&view=all", '{% query_with view="" %}', "?q=a"),
        ("/?q=a", '{% query_with q="" %}', "?"),
        ("/?before=3", '{% query_with after="7" %}', "?after=7"),
        ("/?q=1", "{% query_with q=value %}", "?q=%26x%3D%3Cb%3E"),
    ],
)
def test_links_change_one_parameter_and_keep_the_rest(path, tag, expected):
    text = render(tag, request=RequestFactory().get(path), value="&x=<b>")
    assert text.replace("&amp;", "&") == expected


def test_wrap_puts_a_component_around_a_piece_of_page():
    text = render('{% wrap "components/card.html" title=name %}<p>{{ name }}</p>{% endwrap %}', name="A & B")
    assert "A &amp; B</h2>" in text
    assert "<p>A &amp; B</p>" in text


def test_wrap_hands_on_nothing_but_its_options():
    text = render('{% wrap "components/alert.html" text="x" %}{% endwrap %}', title="outside")
    assert "outside" not in text


@pytest.mark.parametrize("text", ["{% wrap %}{% endwrap %}", '{% wrap "components/card.html" 1 %}{% endwrap %}'])
def test_wrap_wants_a_name_and_options_by_keyword(text):
    with pytest.raises(TemplateSyntaxError):
        render(text)


def test_what_is_kept_is_rendered_once_for_each_value():
    seen = []

    class Told:
        def __str__(self):
            seen.append(self)
            return f"<{len(seen)}>"

    page = Template("{% load components %}{% keep side %}{{ side }}{% endkeep %}{{ told }}")
    ours, theirs = Told(), Told()
    assert page.render(Context({"side": ours, "told": "here"})) == "&lt;1&gt;here"
    assert page.render(Context({"side": ours, "told": "there"})) == "&lt;1&gt;there"
    assert page.render(Context({"side": theirs, "told": "here"})) == "&lt;2&gt;here"
    assert seen == [ours, theirs]


def test_what_is_kept_has_a_language():
    page = Template("{% load components i18n %}{% keep %}{% get_current_language as code %}{{ code }}{% endkeep %}")
    with translation.override("de"):
        assert page.render(Context()) == "de"
    with translation.override("ar"):
        assert page.render(Context()) == "ar"
