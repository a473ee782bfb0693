/** What the page says, in English. One section a mode; `{name}` is filled in by `told`. */

export const en = {
  app: {
    title: "Stadslab",
    tagline: "Ask a city how it works, change it, and see who gains and who loses.",
    look: "Look",
    change: "Change",
    compare: "Compare",
    explain: "Explain",
    modes: "What do you want to do?",
    city: "City",
    language: "Language",
    theme: "Appearance",
    light: "Light",
    dark: "Dark",
    toDark: "Dark appearance",
    toLight: "Light appearance",
    map: "Map of {city}",
    showTable: "Show as table",
    showMap: "Show as map",
    share: "Copy link to this view",
    shared: "The link is copied.",
    notShared: "The link could not be copied: it is in the address field.",
    skip: "Skip to the answer",
    synthetic: "Invented city: every number here is made up for demonstration.",
    loading: "Opening the city …",
    working: "Working",
    cancel: "Cancel",
    cancelled: "Cancelled.",
    again: "Try again",
    close: "Close",
    noServer: "The server does not answer",
    noServerHint: "It may have been stopped. What you see stays; start it again and try once more.",
    noCity: "There is no city in this lab yet",
    noCityHint: "Load one first: stadslab load, or stadslab demo for an invented city.",
    noWebgl:
      "This browser cannot draw the live map (WebGL is missing). You see a picture of it; the table has every number.",
    staticMap: "Picture of the map: {title}",
    badLink: "The shared link cannot be read",
    badLinkVersion: "It was made by another version of Stadslab. You see the city's first view instead.",
    badLinkGarbled: "It is damaged or cut off; copy all of it. You see the city's first view instead.",
    badLinkLong: "It is longer than a link can be. You see the city's first view instead.",
    badLinkField: "It says something that makes no sense ({field}). You see the city's first view instead.",
    badLinkCity: "It is about the city {city}, which this lab does not have. You see another city instead.",
    coming: "This part is being built.",
  },
  table: {
    unit: "Unit",
    rows: "{from}–{to} of {of}",
    previous: "Previous rows",
    next: "Next rows",
    sortBy: "Sort by {column}",
  },
  look: {
    question: "Question",
  },
  change: {},
  compare: {},
  explain: {},
};

type Told<T> = { readonly [K in keyof T]: T[K] extends string ? string : Told<T[K]> };

/** Words in any language: the same keys as the English ones. */
export type Words = Told<typeof en>;
