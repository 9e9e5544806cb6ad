/**
 * The core hashtags of HXL 1.1 and what their values have to be, from the hashtag dictionary,
 * https://hxlstandard.org/standard/1-1final/dictionary.
 */
export const HASHTAGS: ReadonlySet<string> = new Set(
  `#access #activity #adm1 #adm2 #adm3 #adm4 #adm5 #affected #beneficiary #capacity #cause #channel #contact #country
  #crisis #currency #date #description #event #frequency #geo #group #impact #indicator #inneed #item #loc #meta
  #modality #need #operations #org #output #population #reached #region #respondee #sector #service #severity #status
  #subsector #targeted #value`.split(/\s+/),
)

/** Every value under these is a number. */
export const OF_NUMBERS: ReadonlySet<string> = new Set(
  '#affected #inneed #population #reached #targeted #value'.split(' '),
)

/** Every value under these is a date. */
export const OF_DATES: ReadonlySet<string> = new Set(['#date'])
