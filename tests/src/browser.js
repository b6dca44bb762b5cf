// Computes accessible names (W3C accname) of visible elements, as far as this page needs it.
const ROLES = {
  button: 'button, [role=button]',
  textbox: 'input:not([type]), input[type=text], input[type=email], input[type=password], input[type=search], textarea, [role=textbox]',
  link: 'a[href], [role=link]',
  tab: '[role=tab]',
  radio: 'input[type=radio], [role=radio]',
  checkbox: 'input[type=checkbox], [role=checkbox]',
  combobox: 'select, [role=combobox]',
  slider: 'input[type=range], [role=slider]',
  spinbutton: 'input[type=number]',
  region: 'section[aria-label], section[aria-labelledby], [role=region]',
  dialog: 'dialog, [role=dialog]',
  option: '[role=option], option',
  navigation: 'nav, [role=navigation]',
  heading: 'h1, h2, h3, h4',
};
const words = (text) => (text || '').replace(/\s+/g, ' ').trim();
const visible = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('[aria-hidden=true], [inert]');
function textOf(e) {
  let text = '';
  for (const node of e.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) text += node.textContent;
    else if (node.nodeType === Node.ELEMENT_NODE && node.getAttribute('aria-hidden') !== 'true') {
      text += ' ' + (node.getAttribute('aria-label') || textOf(node)) + ' ';
    }
  }
  return text;
}
function nameOf(e) {
  const by = e.getAttribute('aria-labelledby');
  if (by) return words(by.split(/\s+/).map((id) => textOf(document.getElementById(id) || document.createElement('i'))).join(' '));
  if (e.getAttribute('aria-label')) return words(e.getAttribute('aria-label'));
  if (e.labels && e.labels.length) return words([...e.labels].map(textOf).join(' '));
  return words(textOf(e)) || words(e.title) || words(e.placeholder);
}
function all(role, name) {
  return [...document.querySelectorAll(ROLES[role])].filter((e) => visible(e) && nameOf(e) === name);
}
function named(role, name) {
  return all(role, name)[0] || null;
}
function region(name) {
  const found = named('region', name);
  return found ? words(found.innerText) : '';
}
// Checks once a frame: a value or the focus changes no node that an observer could watch.
function becomes(predicate) {
  return new Promise((resolve) => {
    const look = () => {
      const value = predicate();
      if (value !== false && value !== null && value !== undefined) resolve(value);
      else requestAnimationFrame(look);
    };
    look();
  });
}
// Whether an element has not moved since the last frame and can be clicked. A click on a moving
// element would miss it.
let seen = '';
function steady(role, name) {
  const e = named(role, name);
  if (!e) return false;
  const { x, y, width, height } = e.getBoundingClientRect();
  const before = seen;
  seen = [x, y, width, height].join();
  return seen === before;
}
