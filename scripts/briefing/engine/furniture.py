"""What Material shows alike on all pages of a folder, made once: the navigation and the tabs.

Both lead to the pages of the navigation, and mark the one that is shown. On a page that is not among them
they differ by the way to the others only, which is the same from all pages of a folder.
"""

from collections.abc import Callable, Iterable, Iterator

from jinja2 import Environment, Template
from jinja2.runtime import Context
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure import StructureItem
from mkdocs.structure.nav import Navigation

_ALIKE = ("partials/nav.html", "partials/tabs.html")

_Render = Callable[[Context], Iterator[str]]


def remember_furniture(env: Environment, config: MkDocsConfig, nav: Navigation) -> None:
    """Let the templates give what they gave for the last page of a folder. Not where they may be others."""
    if config.theme.name != "material" or config.theme.custom_dir or not config.use_directory_urls:
        return
    shown = tuple(_urls(nav.items))
    for name in _ALIKE:
        template: Template = env.get_template(name)
        template.root_render_func = _remembering(template.root_render_func, shown)


def _urls(items: Iterable[StructureItem]) -> Iterator[str]:
    """Yield the addresses of all that the navigation leads to."""
    for item in items:
        yield getattr(item, "url", None) or ""
        yield from _urls(getattr(item, "children", None) or ())


def _remembering(render: _Render, shown: tuple[str, ...]) -> _Render:
    kept: dict[str, list[str]] = {}

    def remembered(context: Context) -> Iterator[str]:
        page = context["page"]
        url = page.url if page else ""
        # The way to a page that lies below this one is not the way from its neighbours.
        if not url.endswith("/") or any(other.startswith(url) for other in shown):
            yield from render(context)
            return
        folder = url[: url.rstrip("/").rfind("/") + 1]
        if folder not in kept:
            kept[folder] = ["".join(render(context))]
        yield from kept[folder]

    return remembered
