// SPDX-License-Identifier: Apache-2.0

package catalogue_test

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/catalogue"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
)

// hostile is a map whose names and texts are HTML and Markdown.
const hostile = "testdata/hostile.yaml"

// asHTML writes a map's page and reads it.
func asHTML(t *testing.T, args ...string) *html.Node {
	t.Helper()
	code, out, errs := clitest.Run(t, catalogue.New(), append([]string{"--format", "html"}, args...)...)
	if code != 0 {
		t.Fatalf("exit code %d\n%s", code, errs)
	}
	page, err := html.Parse(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// TestHTML: the page holds what the map says as text. It has one style and one script, which its policy names, and refers to
// nothing but itself.
func TestHTML(t *testing.T) {
	text, err := os.ReadFile(hostile)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), `"><script>.yaml`)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"--title", "</title><script>alert(0)</script>", path}, {"testdata/events.yaml"}} {
		page := asHTML(t, args...)
		var policy string
		var own []string // hashes of style and script
		ids, links := map[string]bool{}, []string{}
		elements := map[string]int{}
		for n := range page.Descendants() {
			if n.Type != html.ElementNode {
				if n.Type == html.CommentNode {
					t.Errorf("a comment: %s", n.Data)
				}
				continue
			}
			elements[n.Data]++
			switch n.Data {
			case "style", "script":
				sum := sha256.Sum256([]byte(n.FirstChild.Data))
				own = append(own, "'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'")
			case "meta":
				if attribute(n, "http-equiv") == "Content-Security-Policy" {
					policy = attribute(n, "content")
				}
			case "img", "iframe", "b", "i", "u", "s", "strong":
				if n.Data != "strong" || n.FirstChild.Data != "Deprecated:" {
					t.Errorf("%s: a tag of the map's: %s", args, n.Data)
				}
			}
			for _, a := range n.Attr {
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "src", a.Key == "style":
					t.Errorf("%s: <%s %s=%q>", args, n.Data, a.Key, a.Val)
				case a.Key == "id" && (ids[a.Val] || a.Val == ""):
					t.Errorf("%s: the id %q is there twice, or empty", args, a.Val)
				case a.Key == "href":
					links = append(links, a.Val)
				case a.Key == "id":
					ids[a.Val] = true
				}
			}
		}
		want := "default-src 'none'; style-src " + own[0] + "; script-src " + own[1] + "; base-uri 'none'; form-action 'none'"
		if policy != want || len(own) != 2 || elements["article"] < 5 {
			t.Errorf("%s: the policy is %s, want %s; %v", args, policy, want, elements)
		}
		for _, l := range links {
			if !strings.HasPrefix(l, "#") || !ids[unescaped(l[1:])] {
				t.Errorf("%s: a link to %s", args, l)
			}
		}
	}
}

// unescaped is the id that a link of the page leads to.
func unescaped(fragment string) string { return strings.NewReplacer("%20", " ").Replace(fragment) }

// TestHTMLText: names, descriptions and titles are on the page as the map has them.
func TestHTMLText(t *testing.T) {
	var all []string
	for n := range asHTML(t, hostile).Descendants() {
		if n.Type == html.TextNode {
			all = append(all, strings.Join(strings.Fields(n.Data), " "))
		}
	}
	for _, text := range []string{
		`"><img src=x onerror=alert(1)>`, `</h2><script>alert(2)</script>`, `<!-- <a href="javascript:alert(3)">`, `<iframe src=//example.com>`,
		`[a](javascript:alert(4)) ![b](http://example.com/b.png) <http://example.com>`, `a<i>`, `&lt;u&gt; **bold**`, `<b>`, `"'&`, `<s>gone</s>`,
	} {
		if !slices.Contains(all, text) && !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, text) }) {
			t.Errorf("not on the page: %s\n%q", text, all)
		}
	}
}

// TestFormats: both formats have the same entries, and another format is refused.
func TestFormats(t *testing.T) {
	_, markdown, _ := clitest.Run(t, catalogue.New(), "--format", "markdown", "testdata/events.yaml")
	entries := 0
	for n := range asHTML(t, "testdata/events.yaml").Descendants() {
		if n.Data == "article" {
			entries++
		}
	}
	if want := strings.Count(markdown, "\n### "); entries != want {
		t.Errorf("%d entries, want %d", entries, want)
	}
	if code, _, errs := clitest.Run(t, catalogue.New(), "--format", "pdf", "testdata/events.yaml"); code != 2 || !strings.Contains(errs, "known are markdown and html") {
		t.Errorf("exit code %d\n%s", code, errs)
	}
}
