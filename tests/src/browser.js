// The part of the accessible name computation (W3C accname) that this page needs, over visible elements only.
const ROLES = {
  button: 'button, [role=button]',
  textbox: 'input:not([type]), input[type=text], input[type=email], input[type=password], input[type=search], textarea, [role=textbox]',
  link: 'a[href], [role=link]',
  tab: '[role=tab]',
  radio: 'input[type=radio], [role=radio]',
  checkbox: 'input[type=checkbox], [role=checkbox]',
  combobox: 'select, [role=combobox]',
  spinbutton: 'input[type=number]',
  region: 'section[aria-label], section[aria-labelledby], [role=region]',
  dialog: 'dialog, [role=dialog]',
  option: '[role=option], option',
  navigation: 'nav, [role=navigation]',
  heading: 'h1, h2, h3, h4',
};
const words = (text) => (text || '').replace(/\s+/g, ' ').trim();
const visible = (e) => e.checkVisibility({ visibilityProperty: true }) && !e.closest('[aria-hidden=true], [inert]');
function said(e) {
  let text = '';
  for (const node of e.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) text += node.textContent;
    else if (node.nodeType === Node.ELEMENT_NODE && node.getAttribute('aria-hidden') !== 'true') {
      text += ' ' + (node.getAttribute('aria-label') || said(node)) + ' ';
    }
  }
  return text;
}
function nameOf(e) {
  const by = e.getAttribute('aria-labelledby');
  if (by) return words(by.split(/\s+/).map((id) => said(document.getElementById(id) || document.createElement('i'))).join(' '));
  if (e.getAttribute('aria-label')) return words(e.getAttribute('aria-label'));
  if (e.labels && e.labels.length) return words([...e.labels].map(said).join(' '));
  return words(said(e)) || words(e.title) || words(e.placeholder);
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
function becomes(predicate) {
  return new Promise((resolve) => {
    const holds = (value) => value !== false && value !== null && value !== undefined;
    const look = () => {
      const value = predicate();
      if (!holds(value)) return false;
      observer.disconnect();
      document.removeEventListener('input', look, true);
      resolve(value);
      return true;
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    document.addEventListener('input', look, true);
    look();
  });
}
