// Runs before the first paint where the server does not write the choice into <html>: the admin's pages.
{
  const choice = /(?:^|; )theme=(light|dark|auto)(?:;|$)/.exec(document.cookie);
  document.documentElement.dataset.theme = choice ? choice[1] : "auto";
}
