// SPDX-License-Identifier: Apache-2.0

package mongosafe_test

import (
	"strings"
	"testing"

	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// A message about the syntax says what is wrong in the driver's words, and repeats nothing of the string.
func TestMessagesAboutTheSyntax(t *testing.T) {
	for _, tt := range []struct{ name, uri, want string }{
		{"an at sign", "mongodb://info:s3@cret@db/", "error parsing uri: unescaped @ sign in user info"},
		{"a user called user", "mongodb://user:s3@cret@db/", "error parsing uri: unescaped @ sign in user info"},
		{"a slash", "mongodb://password:s3/cret@db/", "error parsing uri: unescaped slash in password"},
		{"a bad escape", "mongodb://user:s3%zzcret@db/", `error parsing uri: invalid password: invalid URL escape "***"`},
		{"a bad escape at the end", "mongodb://user:s3cret%2@db/", `error parsing uri: invalid password: invalid URL escape "***"`},
		{"a bad escape in the name", "mongodb://us%q1er:s3cret@db/", `error parsing uri: invalid username: invalid URL escape "***"`},
		{"a value", "mongodb://user:s3cret@db/?maxPoolSize=s3cret", `error parsing uri: invalid value for "maxPoolSize": "***"`},
		{"a connection", "mongodb://db/?connect=s3cret", `error parsing uri: invalid 'connect' value: "***"`},
		{"no scheme", "s3cret@db", `error parsing uri: scheme must be "***" or "***"`},
		{"a port", "mongodb://user:s3cret@db:s3cret/", `error parsing uri: invalid host "***": port must be an integer: strconv.Atoi: parsing "***": invalid syntax`},
		{"too many colons", "mongodb://db:s3cret:1/", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := mongosafe.Check(tt.uri, nil)
			if err == nil {
				t.Fatal("no error")
			}
			got := err.Error()
			for _, secret := range []string{"s3", "cret", "zz", "%2", "q1"} {
				if strings.Contains(got, secret) {
					t.Errorf("it repeats %q: %s", secret, got)
				}
			}
			if tt.want != "" && got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// FuzzMessages looks for any password in a message about a string that holds it.
func FuzzMessages(f *testing.F) {
	for _, password := range []string{"s3cret", "s3/cret", "s3@cret", "s3%cret", "s3:cret", "s3?w=cret", "[s3cret", "s3 cret", `s3"cret`, "s3\\cret", "%", "%e"} {
		f.Add(password, 0)
		f.Add(password, 1)
		f.Add(password, 2)
	}
	f.Fuzz(func(t *testing.T, password string, where int) {
		const mark = "Zq7" // in no message of the driver
		password = mark + password + mark
		uri := "mongodb://user:" + password + "@db/"
		switch where % 3 {
		case 1:
			uri = "mongodb+srv://user:" + password + "@db.example.com/?retryWrites=" + password
		case 2:
			uri = "mongodb://db:" + password + "/?w=" + password
		}
		if err := mongosafe.Check(uri, nil); err != nil && strings.Contains(err.Error(), mark) {
			t.Errorf("%q: %v", uri, err)
		}
	})
}
