// SPDX-License-Identifier: Apache-2.0

package eventstore

// OpenSmall is Open with a bound of the journal that Config refuses, so that a few events reach it.
func OpenSmall(c Config, journalBytes int64) (*Store, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	c.JournalBytes = journalBytes
	return start(c)
}
