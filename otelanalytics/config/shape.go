// SPDX-License-Identifier: Apache-2.0

package config

// shape describes the allowed values of a setting. The loader checks it, and config.schema.json is written from it.
type shape struct {
	kind   valueKind
	lo, hi int64    // of a number; lo also of a key and a size, in bytes, and of durations, in nanoseconds
	words  []string // of a word, and the levels

	entries valueKind // of a list
}

type valueKind uint8

const (
	textKind      valueKind = iota // a number needs quotes
	uriKind                        // MongoDB's; text that no message repeats
	keyKind                        // text that no message repeats
	booleanKind                    // true or false
	integerKind                    // a whole number, without quotes
	sizeKind                       // bytes
	intervalKind                   // a duration
	lifetimeKind                   // a duration, or 0
	wordKind                       // one of a few
	levelsKind                     // log levels
	listKind                       // a list of text; nothing written is an empty one
	intervalsKind                  // a mapping of names to intervals; nothing written is an empty one
	sourcesKind                    // a list of sources; nothing written is an empty one
	rateKind                       // a number above 0
	originKind                     // text: a web origin
	baseKind                       // text: an address of HTTP
	prefixKind                     // text: an address or a range of addresses
	hashKind                       // text in a list that no message repeats
	shareKind                      // text: a name, an equals sign, and a number above 0 and up to 1
)

// secret reports whether no message may repeat a value.
func (k valueKind) secret() bool { return k == uriKind || k == keyKind }
