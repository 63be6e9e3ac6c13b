// SPDX-License-Identifier: Apache-2.0

package rawjson

// skipPlain returns the index of the first byte from i on that is a quotation mark or a backslash.
func skipPlain[T ~string | ~[]byte](text T, i int) int {
	for text[i] != '"' && text[i] != '\\' {
		i++
	}
	return i
}

// skipSpace returns the index of the first byte from i on that is no white space, or the length of text.
func skipSpace[T ~string | ~[]byte](text T, i int) int {
	for i < len(text) && (text[i] == ' ' || text[i] == '\n' || text[i] == '\r' || text[i] == '\t') {
		i++
	}
	return i
}

// skipString returns the index behind the string that begins at i, and whether it has a backslash. text is valid JSON, as for
// the following ones.
func skipString[T ~string | ~[]byte](text T, i int) (end int, escaped bool) {
	for i++; ; i += 2 {
		if i = skipPlain(text, i); text[i] == '"' {
			return i + 1, escaped
		}
		escaped = true
	}
}

// skipValue returns the index behind the value that begins at i.
func skipValue(text []byte, i int) int {
	switch text[i] {
	case '"':
		i, _ = skipString(text, i)
		return i
	case '{', '[':
		return skipNested(text, i)
	default:
		return skipUnquoted(text, i)
	}
}

// skipNested returns the index behind the object or the array that begins at i.
func skipNested(text []byte, i int) int {
	for depth := 0; ; {
		switch text[i] {
		case '"':
			i, _ = skipString(text, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
}

// skipUnquoted returns the index behind the number or the word that begins at i.
func skipUnquoted[T ~string | ~[]byte](text T, i int) int {
	for ; i < len(text); i++ {
		switch text[i] {
		case ',', '}', ']', ' ', '\n', '\r', '\t':
			return i
		}
	}
	return i
}
