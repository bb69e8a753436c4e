// Sentences come translated from the server, in data attributes, with %(names)s to be filled in.

/** The sentence with `value(name)` in the place of each name. */
export function filled(sentence, value) {
  return sentence.replace(/%\((\w+)\)s/g, (_, name) => String(value(name)));
}
