/**
 * What a browser build gets in the place of a server entry. Named imports fail when it is built, by
 * the name of this file; anything else when it is loaded.
 */
throw new Error(
  "endsession runs on servers. In a browser import endsession/client, or endsession/react.",
);

export {};
