// SPDX-License-Identifier: Apache-2.0

package mongosafe

import (
	"regexp"
	"slices"
	"strings"
)

var (
	// quoted is what the driver repeats of a connection string: it puts quotes around it, but for an address.
	quoted  = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
	address = regexp.MustCompile(`(?s)address .*:`)
)

// withoutParts removes every part of a connection string from the driver's message about its syntax: in a malformed one,
// nobody knows which part is the password. The driver's own words stay, and so do names of options.
func withoutParts(message, uri string) string {
	message = quoted.ReplaceAllStringFunc(message, func(text string) string {
		if isOption(strings.Trim(text, `"`)) {
			return text
		}
		return `"***"`
	})
	message = address.ReplaceAllString(message, "address ***:")
	_, rest, ok := strings.Cut(uri, "://")
	if !ok {
		rest = uri
	}
	parts := strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(":/?#[]@&=,;%", r) })
	slices.SortFunc(parts, func(a, b string) int { return len(b) - len(a) }) // a part may hold another
	for _, p := range parts {
		if len(p) < 3 || isWord(p) || isOption(p) {
			continue // would mangle the message and say nothing
		}
		message = strings.ReplaceAll(message, p, "***")
	}
	return message
}

// isWord reports whether the driver's messages have a word, or a part of one, of their own.
func isWord(part string) bool {
	return !strings.Contains(part, " ") && strings.Contains(words, part)
}

// words are those of the driver's messages about the syntax of a connection string (x/mongo/driver/connstring).
const words = `error parsing validating uri scheme must be mongodb or mongodb+srv have at least 1 host multiple hosts unescaped
slash colon in username password @ sign user info invalid option key value auth authentication mechanism property properties
source external non-empty when supplied compressor connect direct connection cannot made specified used conflict port an integer
the range address missing too many colons syntax escape required contains without token for write concern both true wait`

// isOption reports whether a text is the name of an option: https://www.mongodb.com/docs/manual/reference/connection-string-options/.
func isOption(text string) bool {
	return slices.Contains(strings.Fields(optionNames), strings.ToLower(text))
}

const optionNames = `appname authmechanism authmechanismproperties authsource compressors connect connecttimeoutms directconnection
heartbeatfrequencyms j journal loadbalanced localthresholdms maxconnecting maxidletimems maxpoolsize maxstalenessseconds minpoolsize
readconcernlevel readpreference readpreferencetags replicaset retryreads retrywrites safe servermonitoringmode
serverselectiontimeoutms sockettimeoutms srvmaxhosts srvservicename ssl ssl_allow_invalid_certificates tls
tlsallowinvalidcertificates tlsallowinvalidhostnames tlscafile tlscertificatefile tlscertificatekeyfile
tlscertificatekeyfilepassword tlsdisablecertificaterevocationcheck tlsdisableocspendpointcheck tlsinsecure tlsprivatekeyfile
timeoutms uuidrepresentation w wtimeout wtimeoutms waitqueuetimeoutms zlibcompressionlevel zstdcompressionlevel`
