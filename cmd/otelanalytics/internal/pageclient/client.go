// SPDX-License-Identifier: Apache-2.0

// Package pageclient asks live pages of services, for the commands tail and live.
package pageclient

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/textproto"
	"net/url"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/internal/loopback"
)

// Flags say which page, and how it knows who asks.
type Flags struct{ url, headerFile string }

// AddFlags gives a command the flags.
func AddFlags(cmd *cobra.Command) *Flags {
	f := new(Flags)
	set := cmd.Flags()
	set.StringVar(&f.url, "url", "", "the `URL` of the live page, such as http://127.0.0.1:5001/debug/analytics/; with a user and a password it is sent by basic authentication")
	set.StringVar(&f.headerFile, "header-file", "", "a `file` of headers to send, one NAME: VALUE a line, such as Authorization: Bearer …; - is the standard input")
	_ = cmd.RegisterFlagCompletionFunc("url", cobra.NoFileCompletions) // the flag exists
	return f
}

// Client asks one page.
type Client struct {
	Base   *url.URL // of the page, with a slash at the end, without user and token
	Header http.Header
	http   *http.Client
}

// Open reads the flags. Where the URL has a token of a service on this machine, it uses it up.
func (f *Flags) Open(ctx context.Context, in io.Reader) (*Client, error) {
	u, err := url.Parse(f.url)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" { // the URL may hold a password
		return nil, cli.Usagef("--url: that is no URL of a page; write one such as http://127.0.0.1:5001/debug/analytics/")
	}
	c := &Client{Header: http.Header{}}
	if f.headerFile != "" {
		if c.Header, err = readHeaders(f.headerFile, in); err != nil {
			return nil, err
		}
	}
	token := u.Query().Get(loopback.TokenParameter)
	if password, ok := u.User.Password(); ok {
		r := http.Request{Header: c.Header}
		r.SetBasicAuth(u.User.Username(), password)
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	if !strings.HasSuffix(u.Path, "/") {
		u.Path += "/"
	}
	c = newClient(u, c.Header)
	path := ""
	if token != "" {
		path = "?" + loopback.TokenParameter + "=" + url.QueryEscape(token)
	}
	body, err := c.Get(ctx, path)
	if err != nil {
		return nil, err
	}
	return c, body.Close()
}

// newClient returns a client of the page at u, which has a slash at the end.
func newClient(u *url.URL, header http.Header) *Client {
	jar, _ := cookiejar.New(nil) // it never fails
	return &Client{Base: u, Header: header, http: &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if r.URL.Scheme != u.Scheme || r.URL.Host != u.Host || len(via) > 3 { // credentials are for this host, and not for plain text
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

// readHeaders reads lines of the form NAME: VALUE. Errors do not quote them.
func readHeaders(path string, in io.Reader) (http.Header, error) {
	text, err := []byte(nil), error(nil)
	if path == "-" {
		text, err = io.ReadAll(in)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, err
	}
	header, err := textproto.NewReader(bufio.NewReader(strings.NewReader(strings.TrimSpace(string(text)) + "\n\n"))).ReadMIMEHeader()
	if err != nil {
		return nil, cli.Usagef("--header-file: the file does not hold lines of the form NAME: VALUE")
	}
	return http.Header(header), nil
}

// Get asks for a part of the page. The caller closes the body.
func (c *Client) Get(ctx context.Context, path string) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Base.String()+path, nil)
	if err != nil {
		return nil, err
	}
	for name, values := range c.Header {
		r.Header[name] = values
	}
	resp, err := c.http.Do(r)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) { // its text has the URL, and that a token
			err = of.Err
		}
		return nil, fmt.Errorf("%s: %w", c.Base.Host, err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 300))
	return nil, &StatusError{c.Base.Host, resp.StatusCode, strings.TrimSpace(string(said))}
}

// StatusError is an answer that is not 200.
type StatusError struct {
	Host string
	Code int
	Said string // by the service
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("%s answers with status %d: %s", e.Host, e.Code, cli.Safe(e.Said))
}

// Message is one of a stream of server-sent events.
type Message struct {
	Name string
	Data []byte
}

// maxMessage bounds a message.
const maxMessage = 8 << 20

// Messages reads a stream until its end, which is nil, or until f returns an error.
func Messages(stream io.Reader, f func(Message) error) error {
	lines := bufio.NewScanner(stream)
	lines.Buffer(nil, maxMessage)
	var m Message
	for lines.Scan() {
		line := lines.Text()
		if line == "" {
			if m.Name != "" {
				if err := f(m); err != nil {
					return err
				}
			}
			m = Message{}
		}
		if name, ok := strings.CutPrefix(line, "event: "); ok {
			m.Name = name
		}
		if data, ok := strings.CutPrefix(line, "data: "); ok {
			m.Data = []byte(data)
		}
	}
	return lines.Err()
}
