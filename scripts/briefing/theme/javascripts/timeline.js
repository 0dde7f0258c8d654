/* Filters of the timeline. Without script, links to the topics' own slices do the same. */
(() => {
  const panel = document.querySelector(".timeline-filters")
  if (!panel) return
  const slices = document.querySelector(".timeline-slices")
  const status = panel.querySelector(".timeline-count")
  const buttons = [...panel.querySelectorAll("button")]
  const entries = [...document.querySelectorAll("li > small[data-kind], li > p > small[data-kind]")].map((small) => ({
    item: small.closest("li"),
    kind: small.dataset.kind,
    topic: small.dataset.topic,
  }))
  const headings = [...document.querySelectorAll("article h2[id], article h3[id]")]

  const chosen = (name) =>
    buttons.filter((b) => b.dataset[name] && b.getAttribute("aria-pressed") === "true").map((b) => b.dataset[name])

  const show = () => {
    const topics = chosen("topic")
    const kinds = chosen("kind")
    let shown = 0
    for (const { item, kind, topic } of entries) {
      const fits = (!topics.length || topics.includes(topic)) && (!kinds.length || kinds.includes(kind))
      item.hidden = !fits
      shown += fits
    }
    for (const heading of headings) {
      const list = heading.nextElementSibling
      if (list && list.tagName === "UL") {
        const empty = [...list.children].every((item) => item.hidden)
        list.hidden = empty
        heading.hidden = empty && heading.tagName === "H3"
      }
    }
    status.textContent = `${shown} of ${entries.length} events`
    const query = new URLSearchParams()
    for (const topic of topics) query.append("topic", topic)
    for (const kind of kinds) query.append("kind", kind)
    history.replaceState(null, "", query.size ? `?${query}${location.hash}` : location.pathname + location.hash)
  }

  const query = new URLSearchParams(location.search)
  for (const button of buttons) {
    const wanted = button.dataset.topic ? query.getAll("topic") : query.getAll("kind")
    button.setAttribute("aria-pressed", String(wanted.includes(button.dataset.topic || button.dataset.kind)))
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"))
      show()
    })
  }
  panel.hidden = false
  slices.hidden = true
  show()
})()
