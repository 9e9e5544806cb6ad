/** Quotation marks and primes that transliterations use for ع, ء and elision. They never part two words. */
const APOSTROPHES = /['’‘‛`´ʹʻʼʽʾʿˈ′]/g

/**
 * Combining marks that spell the same letter: Latin, Greek and Cyrillic diacritics, Hebrew points, Arabic vowel signs
 * and hamza carriers. Not \p{M}: in Indic scripts a mark is a vowel, without which another word remains.
 */
const MARKS = new RegExp(
  `[${[
    '\\u0300-\\u036F\\u1AB0-\\u1AFF\\u1DC0-\\u1DFF\\uFE20-\\uFE2F',
    '\\u0591-\\u05BD\\u05BF\\u05C1\\u05C2',
    '\\u0610-\\u061A\\u064B-\\u065F\\u0670\\u06D6-\\u06DC\\u06DF-\\u06E4\\u06E7\\u06E8\\u06EA-\\u06ED',
  ].join('')}]`,
  'g',
)

/** Tatweel only stretches a word; format characters (joiners, direction marks) are not seen at all. */
const UNSEEN = /[\u0640\p{Cf}]/gu

/** Letters that Unicode does not decompose, yet that spell one name in two ways (after marks are off, lower case). */
const LETTERS: Record<string, string> = {
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ı: 'i',
  ł: 'l',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
  ς: 'σ',
  ٱ: 'ا',
  ة: 'ه',
  ۃ: 'ه',
  ہ: 'ه',
  ھ: 'ه',
  ە: 'ه',
  ى: 'ي',
  ی: 'ي',
  ێ: 'ي',
  ې: 'ي',
  ک: 'ك',
  ڪ: 'ك',
  ۆ: 'و',
  ڕ: 'ر',
  ڵ: 'ل',
}
const FOLDED_LETTER = new RegExp(`[${Object.keys(LETTERS).join('')}]`, 'g')

/** Arabic-Indic and Persian digits; the low four bits of their code points are their values. */
const EASTERN_DIGIT = /[\u0660-\u0669\u06F0-\u06F9]/g

const ASCII = /^[ -~]*$/
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}]+/gu

/** The Arabic article as Arabic writes it, joined to its word, which has two letters or more. */
const ARABIC_ARTICLE = /(?<=^| )(?:ال)+(?=\p{L}{2})/gu

/** The article before a sun letter, whose sound it may take: Ar-Ramadi, Ash-Shirqat. */
const ASSIMILATED = /^[ae](sh|th|dh|[dnrstz])$/

const wordsOf = (...lines: string[]) => new Set(lines.flatMap(line => line.split(' ').map(fold)))

/** Words for divisions of a country, folded, by the level that they name. The smaller ones come first. */
const DIVISION_WORDS = {
  adm3: wordsOf('subdistrict nahiyat nahiyet nahiyah nahiya ناحية'),
  adm2: wordsOf('district county qada qadaa qadha qaza caza liwa قضاء مديرية لواء شارستان'),
  adm1: wordsOf(
    'province governorate state region wilayat wilaya wilayah محافظة ولاية',
    'muhafazat muhafazah muhafaza muhafadat muhafadhat',
  ),
} as const

/** Words for kinds of settlements, folded, that are a part of many a proper name: Quezon City, Madinat Nasr. */
const SETTLEMENT_WORDS = wordsOf(
  'town city village qaryat qarya qaryah madinat madina madinah baladat',
  'مدينة قرية بلدة',
)

/** Words for kinds of places, folded. `of` goes with the word before it: "Province of Anbar". */
const TYPE_WORDS = new Set([
  ...Object.values(DIVISION_WORDS).flatMap(words => [...words]),
  ...SETTLEMENT_WORDS,
  // what these name may be a town, a part of one, or what lies around it
  ...wordsOf('municipality baladiyat mintaqat بلدية منطقة'),
])

/**
 * A name as it is looked up: without case, diacritics, apostrophes, hyphens, Arabic letter forms (أ إ آ ا, ة ه, ى ي ی,
 * ك ک), vowel signs, tatweel and article (domain.md, Place). Words are parted by one space. Names that differ in
 * script stay different. `fold(fold(x)) === fold(x)`; a name of nothing but signs folds to ''.
 */
export function fold(text: string): string {
  return withoutArticles(plain(text).replace(ARABIC_ARTICLE, '').split(' ')).join(' ')
}

/** Read from the last word on, since one article can hide another. */
function withoutArticles(words: readonly string[]): string[] {
  const kept: string[] = []
  for (const word of words.toReversed()) {
    if (!isArticle(word, kept.at(-1))) kept.push(word)
  }
  return kept.reverse()
}

/**
 * The Arabic article in Latin letters, as a word of its own before another. Its assimilated forms count before their
 * own sun letter only, so that An Giang keeps both words.
 */
function isArticle(word: string, next: string | undefined): boolean {
  if (next === undefined) return false
  if (word === 'al' || word === 'el') return true
  const sound = ASSIMILATED.exec(word)?.[1]
  return sound !== undefined && next.startsWith(sound)
}

/** Letters, digits and single spaces; everything of `fold` but the article. */
function plain(text: string): string {
  // Most names looked at are ASCII, and a search looks at thousands.
  const letters = ASCII.test(text) ? text.replaceAll("'", '').replaceAll('`', '').toLowerCase() : plainLetters(text)
  return letters.replace(BETWEEN_WORDS, ' ').trim()
}

function plainLetters(text: string): string {
  return text
    .replace(APOSTROPHES, '')
    .normalize('NFKD')
    .replace(APOSTROPHES, '')
    .replace(MARKS, '')
    .toLowerCase()
    .replace(MARKS, '')
    .replace(UNSEEN, '')
    .replace(FOLDED_LETTER, letter => LETTERS[letter] ?? letter)
    .replace(EASTERN_DIGIT, digit => String(digit.charCodeAt(0) & 0xf))
    .normalize('NFC')
}

/** Room for a prefix and a suffix within the 128 characters of an id. */
const LONGEST_SLUG = 80

/**
 * The Latin letters and digits of a name as a part of an id: `[a-z0-9]` and single hyphens, at most 80 characters,
 * cut between words where there are several. The article stays. '' if the name is written in other letters only: no
 * transliteration is made up. Two names can have one slug.
 */
export function slug(text: string): string {
  const words = plain(text)
  const whole = words.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')
  if (!/[a-z]/.test(whole) && /\p{L}/u.test(words)) return ''
  if (whole.length <= LONGEST_SLUG) return whole
  const cut = whole.lastIndexOf('-', LONGEST_SLUG)
  return whole.slice(0, cut > 0 ? cut : LONGEST_SLUG)
}

/**
 * A folded name without words for the kind of place (town, district, muhafazat, قضاء, …). A name of nothing else,
 * such as Madinah, keeps its words.
 */
export function withoutTypeWords(folded: string): string {
  const words = folded.split(' ')
  const kept = words.filter((word, index) => {
    if (TYPE_WORDS.has(word)) return false
    return word !== 'of' || !TYPE_WORDS.has(words[index - 1] ?? '')
  })
  return kept.length > 0 ? withoutArticles(kept).join(' ') : folded
}

/** The form in which names are compared: folded, words like town and district set aside. */
export function nameKey(text: string): string {
  return withoutTypeWords(fold(text))
}

/**
 * A name as it is compared where nothing else tells that the same place is meant: without such words as describe it
 * alone. A word like City may be a part of the name, unless it is in small letters where the name is not: Quezon City is
 * another place than Quezon, and "Ramadi town" is Ramadi.
 */
export function properKey(text: string): string {
  const words = text.match(/[\p{L}\p{M}\p{N}'’]+/gu) ?? []
  const isSmall = (word: string) => word === word.toLowerCase() && word !== word.toUpperCase()
  const capitals = words.some(word => !isSmall(word) && word !== word.toLowerCase())
  const isPart = (word: string) => SETTLEMENT_WORDS.has(fold(word)) && !(capitals && isSmall(word))
  return words.some(isPart) ? fold(text) : nameKey(text)
}

/** The division that a name says it is; null if it says none. One of nothing but such words, such as Liwa, is a name. */
export function divisionLevel(name: string): keyof typeof DIVISION_WORDS | null {
  const folded = fold(name)
  if (withoutTypeWords(folded) === folded) return null
  const words = folded.split(' ')
  for (const [level, known] of Object.entries(DIVISION_WORDS))
    if (words.some(word => known.has(word))) return level as keyof typeof DIVISION_WORDS
  return null
}

/**
 * How well a name answers a query, from 0 to 1, for ranking only: 1 the same name, 0.95 the same but for words like
 * "district", from 0.8 it begins with the query, from 0.6 it has the query's words, below that it merely looks alike.
 * Within a rank the name that adds less comes first. Both are folded here. Nothing here decides which place is meant.
 */
export function nameScore(query: string, name: string): number {
  const asked = fold(query)
  const found = fold(name)
  if (asked === '' || found === '') return 0
  if (asked === found) return 1
  if (withoutTypeWords(asked) === withoutTypeWords(found)) return 0.95
  const share = Math.min(1, asked.length / found.length)
  if (found.startsWith(`${asked} `)) return 0.87 + 0.07 * share
  if (found.startsWith(asked)) return 0.8 + 0.07 * share
  const words = new Set(found.split(' '))
  if (asked.split(' ').every(word => words.has(word))) return 0.6 + 0.15 * share
  return 0.55 * likeness(asked, found)
}

/** Dice's coefficient of the letter pairs of two texts, counted with repetition. */
function likeness(a: string, b: string): number {
  const pairs = letterPairs(a)
  const others = letterPairs(b)
  if (pairs.length === 0 || others.length === 0) return 0
  const left = new Map<string, number>()
  for (const pair of others) left.set(pair, (left.get(pair) ?? 0) + 1)
  let shared = 0
  for (const pair of pairs) {
    const count = left.get(pair) ?? 0
    if (count === 0) continue
    left.set(pair, count - 1)
    shared += 1
  }
  return (2 * shared) / (pairs.length + others.length)
}

function letterPairs(text: string): string[] {
  return text.split(' ').flatMap(word => Array.from({ length: word.length - 1 }, (_, at) => word.slice(at, at + 2)))
}
