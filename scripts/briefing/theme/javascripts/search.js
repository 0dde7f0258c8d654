/* Search by Pagefind: a dialog in the header of every page, and the page /search/.

   Pagefind's files are fetched when a reader first searches, not before. What it returns is
   shown as text: its excerpts are parsed, never inserted as HTML. */

const root = new URL("../", import.meta.url)
const bundle = new URL("pagefind/pagefind.js", root)
let loading
let inParts = false

/* The part of a large site's index that holds the documents; they are a third of its pages, and seldom
   what is sought. `apart` fetches it, and is nothing where it is there already. */
const DOCUMENTS = "sources"
let apart = null
let merging

/* Pagefind sorts within a part only. The dates of all pages, by the names that results have, come when
   results are sorted by them. */
let dates
const dated = () => (dates ??= fetch(new URL("shards.json", bundle)).then((answer) => answer.json())
  .then((parts) => Promise.all(["", ...parts].map(async (part) =>
    (await fetch(new URL(`${part && `${part}/`}dates.json`, bundle))).json())))
  .then((all) => Object.assign({}, ...all)))

const inOrder = async (results, { date }) => {
  const days = await dated()
  const sign = date === "desc" ? -1 : 1
  return results.filter((result) => days[result.id])
    .sort((a, b) => sign * (days[a.id] < days[b.id] ? -1 : days[a.id] > days[b.id] ? 1 : 0))
}

/* Words that nearly every page has: of each part of a large site they take more than all others. */
const COMMON = new Set("a an and as at by for from in is it its of on or that the to was were with".split(" "))

const telling = (query) => {
  if (!inParts || !query || query.includes('"')) return query
  const words = query.split(/\s+/).filter((word) => !COMMON.has(word.toLowerCase()))
  return words.join(" ") || query
}

const pagefind = () => {
  loading ??= import(bundle).then(async (module) => {
    const options = {
      baseUrl: root.pathname,
      excerptLength: 24,
      ranking: { termSimilarity: 2, pageLength: 0.2, termFrequency: 0.6 },
    }
    await module.options(options)
    await module.init()
    // A large site has its index in parts, which this names; of a small one the list is empty.
    const parts = await (await fetch(new URL("shards.json", bundle))).json()
    const merge = (part) => module.mergeIndex(new URL(`${part}/`, bundle).pathname, options)
    inParts = parts.length > 0
    if (parts.includes(DOCUMENTS)) apart = () => (merging ??= merge(DOCUMENTS).then(() => { apart = null }))
    await Promise.all(parts.filter((part) => part !== DOCUMENTS).map(merge))
    return module
  })
  return loading
}

/* Briefs, entities and the like first, then the documents that they cite: documents' titles hold
   the same words, and there are many of them. Returns results and the counts of each filter. Where
   `enough` is given, and so many pages are found on a large site, documents are left out, which
   `more` then says. */
const find = async (asked, filters = {}, order = null, enough = Infinity) => {
  const engine = await pagefind()
  const query = telling(asked)
  const search = async () => {
    const found = await engine.search(query, { filters, ...(order && !inParts ? { sort: order } : {}) })
    return order && inParts ? { ...found, results: await inOrder(found.results, order) } : found
  }
  if (apart && Number.isFinite(enough) && filters.kind !== "Source") {
    const found = await search()
    if (found.results.length >= enough) return { results: found.results, counts: found.filters ?? {}, more: true }
  }
  await apart?.()
  if (order || filters.kind) {
    const found = await search()
    return { results: found.results, counts: found.filters ?? {} }
  }
  const [pages, documents] = await Promise.all([
    engine.search(query, { filters: { ...filters, none: [{ kind: "Source" }] } }),
    engine.search(query, { filters: { ...filters, kind: "Source" } }),
  ])
  const counts = {}
  for (const found of [pages, documents]) {
    for (const [name, values] of Object.entries(found.filters ?? {})) {
      counts[name] ??= {}
      for (const [value, n] of Object.entries(values)) counts[name][value] = (counts[name][value] ?? 0) + n
    }
  }
  return { results: [...pages.results, ...documents.results], counts }
}

const counted = ({ results, more }) =>
  `${results.length} ${results.length === 1 ? "page" : "pages"}${more ? ", documents not among them" : ""}`

const element = (name, attributes = {}, ...children) => {
  const node = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  node.append(...children)
  return node
}

/* An excerpt is text with <mark>: keep the words and the marks, and nothing else. A heading ends
   with the sign of its permanent link. */
const marked = (excerpt, heading = "") => {
  const fragment = document.createDocumentFragment()
  const walk = (node) => {
    for (const child of node.childNodes) {
      if (child.nodeType === Node.TEXT_NODE) fragment.append(child.data.replace(/#(?=\s|$)/g, ""))
      else if (child.nodeName === "MARK") fragment.append(element("mark", {}, child.textContent))
      else walk(child)
    }
  }
  // The excerpt of a part begins with its heading, which stands above it already.
  const text = heading && excerpt.startsWith(heading) ? excerpt.slice(heading.length).replace(/^[\s.]+/, "") : excerpt
  walk(new DOMParser().parseFromString(text, "text/html").body)
  return fragment
}

const bare = (title) => title.replace(/#$/, "").trim()

/* Links inside the site only, whatever an index says. */
const inside = (address) => {
  const url = new URL(address, root)
  return url.origin === root.origin ? url.href : root.href
}

/* A page's parts that have the words, the best first: those with most of the different words. */
const lead = (data) => {
  const worth = (sub) => {
    const words = new Set((sub.excerpt.match(/<mark>.*?<\/mark>/g) ?? []).map((word) => word.toLowerCase()))
    return 1000 * words.size + (sub.weighted_locations ?? []).reduce((sum, at) => sum + at.balanced_score, 0)
  }
  const parts = data.sub_results.filter((sub) => sub.anchor && sub.anchor.element !== "h1")
  return { page: inside(data.url), parts: parts.sort((a, b) => worth(b) - worth(a)) }
}

/* --- the dialog ------------------------------------------------------------------------ */

const opener = document.querySelector(".search-opener")
let dialog, field, list, status, latest = 0

const build = () => {
  field = element("input", {
    type: "search", placeholder: "Search claims, names, figures, symbols", "aria-label": "Search",
    role: "combobox", "aria-expanded": "true", "aria-controls": "search-results", "aria-autocomplete": "list",
    autocomplete: "off", spellcheck: "false", enterkeyhint: "search",
  })
  list = element("ul", { id: "search-results", role: "listbox", "aria-label": "Results" })
  status = element("p", { class: "search-status", role: "status" })
  const all = element("a", { class: "search-all", href: new URL("search/", root).href }, "Filters and all results")
  const close = element("button", { type: "button", class: "search-close", "aria-label": "Close search" }, "Esc")
  dialog = element("dialog", { class: "search-dialog", "aria-label": "Search" },
    element("div", { class: "search-box" }, field, close), status, list, all)
  document.body.append(dialog)

  close.addEventListener("click", () => dialog.close())
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close() })
  dialog.addEventListener("close", () => opener.focus())
  field.addEventListener("input", () => {
    all.href = new URL(`search/?${new URLSearchParams({ q: field.value })}`, root).href
    suggest(field.value)
  })
  field.addEventListener("keydown", (event) => {
    const rows = [...list.querySelectorAll("a")]
    const at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true")
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault()
      const step = event.key === "ArrowDown" ? 1 : -1
      select(rows, rows.length ? (at + step + rows.length) % rows.length : -1)
    } else if (event.key === "Enter") {
      event.preventDefault()
      location.href = at >= 0 ? rows[at].href : all.href
      dialog.close()
    }
  })
}

const select = (rows, at) => {
  rows.forEach((row, n) => row.setAttribute("aria-selected", String(n === at)))
  if (at < 0) return field.removeAttribute("aria-activedescendant")
  field.setAttribute("aria-activedescendant", rows[at].id)
  rows[at].scrollIntoView({ block: "nearest" })
}

const suggest = async (query) => {
  const turn = ++latest
  if (!query.trim()) {
    list.replaceChildren()
    status.textContent = ""
    return
  }
  await new Promise((done) => setTimeout(done, 150))
  if (turn !== latest) return
  try {
    const found = await find(query, {}, null, 7)
    if (turn !== latest) return
    const shown = await Promise.all(found.results.slice(0, 7).map((result) => result.data()))
    if (turn !== latest) return
    list.replaceChildren(...shown.flatMap((data, n) => rows(data, n)))
    status.textContent = found.results.length ? counted(found) : `Nothing has “${query}”.`
    select([...list.querySelectorAll("a")], -1)
  } catch {
    status.textContent = "Search could not be loaded."
  }
}

const rows = (data, n) => {
  const { page, parts } = lead(data)
  const best = parts[0]
  const made = [element("li", { role: "none" },
    element("a", { role: "option", id: `search-result-${n}`, href: page, "aria-selected": "false", tabindex: "-1" },
      element("strong", {}, data.meta.title ?? page),
      element("span", { class: "search-kind" }, data.meta.kind ?? ""),
      element("span", { class: "search-excerpt" }, best ? "" : marked(data.excerpt))))]
  if (best) {
    made.push(element("li", { role: "none" },
      element("a", {
        role: "option", id: `search-result-${n}-part`, href: inside(best.url), class: "search-part",
        "aria-selected": "false", tabindex: "-1",
      }, element("span", { class: "search-excerpt" }, marked(best.title), ": ", marked(best.excerpt, bare(best.title))))))
  }
  return made
}

const open = () => {
  if (!dialog) build()
  if (!dialog.open) dialog.showModal()
  field.focus()
  field.select()
  pagefind().catch(() => {})
}

if (opener) {
  opener.setAttribute("role", "button")
  opener.setAttribute("aria-haspopup", "dialog")
  opener.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || document.querySelector(".search-page")) return
    event.preventDefault()
    open()
  })
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]")
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    const own = document.querySelector(".search-page input[type=search]")
    if (own) own.focus()
    else open()
  })
}

/* --- the page /search/ ----------------------------------------------------------------- */

const PAGE = 10
const form = document.querySelector(".search-page")

if (form) start(form)

async function start(form) {
  const input = form.querySelector("input[type=search]")
  const results = form.querySelector(".search-results")
  const status = form.querySelector(".search-status")
  const more = form.querySelector(".search-more")
  const sort = form.querySelector("select[name=sort]")
  const selects = Object.fromEntries([...form.querySelectorAll("select[data-filter]")].map((s) => [s.dataset.filter, s]))
  let found = [], shown = 0, turn = 0

  /* On a large site the lists of filters are half of what a search fetches: they wait to be asked for. */
  let narrowed = false
  const narrow = element("button", { type: "button" }, "Filter results")
  const labels = Object.values(selects).map((select) => select.closest("label"))
  narrow.addEventListener("click", async () => {
    narrowed = true
    await search(false)
    labels[0].querySelector("select").focus()
  })
  const listed = async () => {
    const engine = await pagefind()
    const waits = inParts && !narrowed
    for (const label of labels) label.hidden = waits
    if (waits) labels[0].before(narrow)
    else {
      narrow.remove()
      await engine.filters() // counts come only of filters that are loaded
    }
  }

  let every = false
  const deeper = element("button", { type: "button", class: "search-more", hidden: "" }, "Search the documents, too")
  more.after(deeper)
  deeper.addEventListener("click", () => {
    every = true
    search(false)
  })

  const state = () => {
    const query = new URLSearchParams()
    if (input.value) query.set("q", input.value)
    for (const [name, select] of Object.entries(selects)) if (select.value) query.set(name, select.value)
    if (sort.value !== "relevance") query.set("sort", sort.value)
    return query
  }

  const fill = (name, counts, chosen) => {
    const order = Object.entries(counts).sort(([a, m], [b, n]) => name === "year" ? b.localeCompare(a) : n - m || a.localeCompare(b))
    const names = order.filter(([value, n]) => n > 0 || value === chosen)
    selects[name].replaceChildren(element("option", { value: "" }, `Any`),
      ...names.map(([value, n]) => element("option", { value }, value === chosen ? value : `${value} (${n})`)))
    selects[name].value = chosen
  }

  const show = async () => {
    const own = turn
    const rows = await Promise.all(found.slice(shown, shown + PAGE).map((result) => result.data()))
    if (own !== turn) return
    shown += rows.length
    results.append(...rows.map(entry))
    more.hidden = shown >= found.length
  }

  const entry = (data) => {
    const { page, parts } = lead(data)
    const item = element("li", {},
      element("h2", {}, element("a", { href: page }, data.meta.title ?? page)),
      element("p", { class: "search-facts" }, [data.meta.kind, data.meta.date].filter(Boolean).join(" · ")))
    if (!parts.length) item.append(element("p", { class: "search-excerpt" }, marked(data.excerpt)))
    else item.append(element("ul", { class: "search-parts" }, ...parts.slice(0, 3).map((part) =>
      element("li", {}, element("a", { href: inside(part.url) }, marked(part.title)),
        element("p", { class: "search-excerpt" }, marked(part.excerpt, bare(part.title)))))))
    return item
  }

  const search = async (remember = true) => {
    const own = ++turn
    const query = state()
    if (remember) history.replaceState(null, "", query.size ? `?${query}` : location.pathname)
    status.textContent = "Searching…"
    try {
      await listed()
      const filters = Object.fromEntries(Object.entries(selects).filter(([, s]) => s.value).map(([name, s]) => [name, s.value]))
      const order = { newest: { date: "desc" }, oldest: { date: "asc" } }[sort.value]
      const answer = await find(input.value.trim() || null, filters, order, narrowed || every ? Infinity : 1)
      if (own !== turn) return
      found = answer.results
      shown = 0
      results.replaceChildren()
      for (const name of Object.keys(selects)) fill(name, answer.counts[name] ?? {}, selects[name].value)
      status.textContent = counted(answer)
      deeper.hidden = !answer.more
      await show()
    } catch {
      status.textContent = "Search could not be loaded."
    }
  }

  const restore = async () => {
    const query = new URLSearchParams(location.search)
    input.value = query.get("q") ?? ""
    sort.value = ["newest", "oldest"].includes(query.get("sort")) ? query.get("sort") : "relevance"
    for (const [name, select] of Object.entries(selects)) {
      const value = query.get(name) ?? ""
      narrowed ||= value !== ""
      select.replaceChildren(element("option", { value: "" }, "Any"), ...(value ? [element("option", { value }, value)] : []))
      select.value = value
    }
    await search(false)
  }

  let wait
  input.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(search, 200) })
  form.addEventListener("change", (event) => { if (event.target.matches("select")) search() })
  form.addEventListener("submit", (event) => { event.preventDefault(); search() })
  form.addEventListener("reset", () => setTimeout(() => { input.focus(); search() }))
  more.addEventListener("click", show)
  window.addEventListener("popstate", restore)
  await restore()
  if (!location.hash) input.focus({ preventScroll: true })
}
