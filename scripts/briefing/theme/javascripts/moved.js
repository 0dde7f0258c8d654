/* On the page at an old address: lead to the new one, with the question and the anchor. */
(() => {
  const target = document.querySelector("link[rel=canonical]").href
  location.replace(target + location.search + location.hash)
})()
