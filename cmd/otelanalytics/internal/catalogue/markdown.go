// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"regexp"
	"strings"
)

// escaped returns text so that Markdown shows it as it is, within a line: https://spec.commonmark.org/0.31.2/ and
// GitHub's tables and strikethrough.
func escaped(text string) string {
	return strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", `\<`, "[", `\[`, "#", `\#`, "&", `\&`, "~", `\~`).Replace(text)
}

var (
	// number is what begins an item of a numbered list.
	number = regexp.MustCompile(`^[0-9]{1,9}[.)]`)
	breaks = strings.NewReplacer("\r\n", "\n", "\r", "\n")
)

// lines is escaped for a text of several lines. None of them becomes a list, a quotation, a heading, a table, or code.
func lines(text string) string {
	var all []string
	for line := range strings.SplitSeq(breaks.Replace(text), "\n") {
		line = escaped(strings.TrimSpace(line))
		switch {
		case line == "":
		case strings.ContainsRune("-+=>:|", rune(line[0])):
			line = `\` + line
		case number.MatchString(line):
			at := strings.IndexAny(line, ".)")
			line = line[:at] + `\` + line[at:]
		}
		all = append(all, line)
	}
	return strings.TrimSpace(strings.Join(all, "\n"))
}

// code returns text as a code span. The fence is longer than each run of backticks in it. The map's names hold no
// control characters.
func code(text string) string {
	longest, run := 0, 0
	for _, r := range text {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	// A space on both sides is not part of the text.
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") || strings.HasPrefix(text, " ") && strings.HasSuffix(text, " ") {
		text = " " + text + " "
	}
	return fence + text + fence
}
