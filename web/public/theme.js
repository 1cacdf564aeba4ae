// The theme that was chosen, before the first picture: the app itself comes too late for that.
try {
  const theme = localStorage.getItem('igny8.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {
  // Without storage the system's theme holds.
}
