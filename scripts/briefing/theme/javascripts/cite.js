/* Buttons that copy a citation, with its italics where the target takes them. Without script, or
   without a clipboard (pages that did not come by HTTPS), the citations are there to be selected. */
(() => {
  const citations = [...document.querySelectorAll(".cite .citation")]
  if (!citations.length || !navigator.clipboard) return

  const status = document.createElement("p")
  status.className = "cite-status"
  status.setAttribute("role", "status")
  citations[0].closest("article").append(status)

  const copy = async (text, html) => {
    if (!window.ClipboardItem) return navigator.clipboard.writeText(text)
    const kinds = { "text/plain": text, "text/html": html }
    const blobs = Object.entries(kinds).map(([type, part]) => [type, new Blob([part], { type })])
    return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))])
  }

  for (const citation of citations) {
    const text = citation.textContent.trim()
    const html = citation.innerHTML.trim()
    const place = citation.closest("details")?.querySelector("summary")
    const style = citation.previousElementSibling?.textContent ?? ""
    const button = document.createElement("button")
    button.type = "button"
    button.className = "cite-copy"
    const say = (word) => {
      button.textContent = word
      button.setAttribute("aria-label", [word, place?.textContent, style].filter(Boolean).join(": "))
    }
    let back
    button.addEventListener("click", async () => {
      const done = await copy(text, html).then(() => true, () => false)
      say(done ? "Copied" : "Not copied")
      status.textContent = done ? "Copied" : "The browser did not allow it: select the text instead"
      clearTimeout(back)
      back = setTimeout(() => {
        say("Copy")
        status.textContent = ""
      }, 4000)
    })
    say("Copy")
    citation.append(button)
  }
})()
