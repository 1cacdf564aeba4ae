"use strict";
(() => {
  const input = document.getElementById("search"), found = document.getElementById("found");
  const all = [...document.querySelectorAll("article")];
  const links = new Map([...document.querySelectorAll("nav li[data-for]")].map((li) => [li.dataset.for, li]));
  const show = () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let n = 0;
    for (const a of all) {
      const hit = words.every((w) => a.dataset.words.includes(w));
      a.hidden = links.get(a.id).hidden = !hit;
      n += hit;
    }
    for (const g of document.querySelectorAll("nav .group")) g.hidden = !g.nextElementSibling.querySelector("li:not([hidden])");
    found.textContent = words.length ? `${n} of ${all.length} operations` : "";
  };
  input.addEventListener("input", show);
  document.addEventListener("keydown", (e) => {
    if (e.key === "/" && document.activeElement !== input) { e.preventDefault(); input.focus(); }
    if (e.key === "Escape" && document.activeElement === input) { input.value = ""; show(); }
  });
  addEventListener("hashchange", () => {
    const to = document.getElementById(location.hash.slice(1));
    if (to && to.hidden) { input.value = ""; show(); to.scrollIntoView(); }
  });
})();
