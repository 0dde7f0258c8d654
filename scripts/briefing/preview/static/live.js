/* The preview's half of the reload: asks the server whether this page has changed, while it is seen. */
(() => {
  const own = document.currentScript
  const place = own.dataset.place
  let { page, panel } = own.dataset
  let asking = null
  let lost = 0

  const say = (text) => {
    const status = document.querySelector("#preview-status")
    if (status) status.textContent = text
  }

  const ask = async () => {
    if (asking || document.visibilityState !== "visible") return
    const turn = new AbortController()
    asking = turn
    try {
      while (asking === turn) {
        const query = new URLSearchParams({ place, page, panel })
        const answer = await fetch(`/_preview/wait?${query}`, { signal: turn.signal, cache: "no-store" })
        if (!answer.ok) throw new Error(answer.statusText)
        if (lost) say("")
        lost = 0
        if (answer.status === 204) continue
        const news = await answer.json()
        if (news.page !== page) return location.reload()
        // Only the problems have changed: the page stays as it is, and where it is.
        panel = news.panel
        const made = new DOMParser().parseFromString(news.html, "text/html").body.firstElementChild
        const old = document.querySelector("#preview-panel")
        const open = new Set([...old.querySelectorAll("details[open]")].map((part) => part.className))
        for (const part of made.querySelectorAll("details")) if (open.has(part.className)) part.open = true
        old.replaceWith(made)
      }
    } catch {
      if (turn.signal.aborted) return
      asking = null
      lost += 1
      if (lost > 1) say("The preview has ended: this page no longer follows its file.")
      setTimeout(ask, Math.min(1000 * lost, 5000))
    } finally {
      if (asking === turn) asking = null
    }
  }

  const stop = () => {
    asking?.abort()
    asking = null
  }

  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? ask() : stop()))
  window.addEventListener("pagehide", stop)
  window.addEventListener("pageshow", ask)
})()
