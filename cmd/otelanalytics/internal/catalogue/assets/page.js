// Shows the entries that have all words of the search, and links to those alone.
'use strict';
const query = document.getElementById('Query');
const links = new Map(Array.from(document.querySelectorAll('nav a'), a => [a.hash, a.parentElement]));
const entries = Array.from(document.querySelectorAll('article'), element => ({
  element, link: links.get(element.querySelector('h3 a').hash), text: element.textContent.toLowerCase(),
}));
const sections = Array.from(document.querySelectorAll('main > section, nav > section')).filter(s => s.querySelector('article, li'));

function search() {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const e of entries) {
    const has = words.every(w => e.text.includes(w));
    e.element.hidden = !has;
    if (e.link) e.link.hidden = !has;
    if (has) found++;
  }
  for (const s of sections) s.hidden = !s.querySelector('article:not([hidden]), li:not([hidden])');
  document.getElementById('Found').textContent = words.length ? `${found} of ${entries.length} entries` : `${entries.length} entries`;
}

query.addEventListener('input', search);
document.getElementById('Search').addEventListener('submit', e => e.preventDefault());
document.getElementById('Search').hidden = false;
// A link to an entry that the search hides shows all again.
window.addEventListener('hashchange', () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && target.closest('[hidden]')) {
    query.value = '';
    search();
    target.scrollIntoView();
  }
});
search();
