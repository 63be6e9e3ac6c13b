// SPDX-License-Identifier: Apache-2.0

// Package live holds the command that opens the live page of a service elsewhere.
package live

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"os/exec"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/cli"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/pageclient"
	"github.com/otelanalytics/otelanalytics-go/internal/loopback"
)

// New returns the command live.
func New() *cobra.Command {
	var page *pageclient.Flags
	var listen string
	var browse bool
	cmd := &cobra.Command{
		Use:   "live --url URL",
		Short: "Open the live page of a service elsewhere",
		Long: `Open the live page (docs/live-page.md) of a service on another machine. The command serves the page on this machine.
It adds your credentials to each request: the headers of --header-file, or the user and the password of the URL. The
service decides what you may see.

The command prints a URL with a token that is good for one browser of this machine, and opens it with --open. Nobody
else is let in. Ctrl-C ends the command.

The page of a service on this machine needs no command: open the URL that the service prints.`,
		Example:           `  otelanalytics live --url https://shop.example.com/debug/analytics/ --header-file auth.txt --open`,
		Args:              cli.Args(0, 0, "no arguments, only flags"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if host, _, err := net.SplitHostPort(listen); err != nil || !loopback.Host(host) {
				return cli.Usagef("--listen must be an address of the loopback, such as 127.0.0.1:8099")
			}
			c, err := page.Open(cmd.Context(), cmd.InOrStdin())
			if err != nil {
				return err
			}
			return serve(cmd, c, listen, browse)
		},
	}
	page = pageclient.AddFlags(cmd)
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:0", "the `address` to serve the page at; port 0 is a free one")
	cmd.Flags().BoolVar(&browse, "open", false, "open the page in the browser")
	_ = cmd.RegisterFlagCompletionFunc("listen", cobra.NoFileCompletions) // the flag exists
	return cmd
}

// serve serves the page on this machine until the command is interrupted.
func serve(cmd *cobra.Command, c *pageclient.Client, listen string, browse bool) error {
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	guard := loopback.New()
	server := &http.Server{Handler: handler(c, guard), ReadHeaderTimeout: 5 * time.Second}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	url := "http://" + listener.Addr().String() + "/?" + loopback.TokenParameter + "=" + guard.Token()
	if err := cli.Print(cmd, map[string]string{"url": url}, func(t *cli.Text) { t.Printf("%s\n", url) }); err != nil {
		return err
	}
	if browse {
		if err := open(url); err != nil {
			cmd.PrintErrln("no browser could be opened:", err)
		}
	}
	select {
	case err := <-failed:
		return err
	case <-cmd.Context().Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := server.Shutdown(ctx); errors.Is(err, context.DeadlineExceeded) {
		return server.Close() // streams of the other side do not end by themselves
	}
	return nil
}

// handler hands requests of the browser on to the page, with the credentials. What the browser knows of this machine stays here.
func handler(c *pageclient.Client, guard *loopback.Guard) http.Handler {
	proxy := &httputil.ReverseProxy{
		FlushInterval: -1, // streams
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(c.Base)
			r.Out.Host = c.Base.Host
			for _, name := range []string{"Cookie", "Origin", "Referer"} {
				r.Out.Header.Del(name)
			}
			for name, values := range c.Header {
				r.Out.Header[name] = values
			}
		},
		ModifyResponse: func(r *http.Response) error {
			r.Header.Del("Set-Cookie")
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "The service does not answer.", http.StatusBadGateway)
		},
	}
	cross := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if err := loopback.Check(r); err != nil {
			http.Error(w, "This page is for browsers of this machine: "+err.Error()+".", http.StatusForbidden)
			return
		}
		if r.URL.Path == "/" && r.URL.Query().Has(loopback.TokenParameter) && guard.Redeem(w, r) {
			w.Header().Set("Location", "./")
			w.WriteHeader(http.StatusSeeOther)
			return
		}
		if !guard.Knows(r) {
			http.Error(w, "Open the URL that the command printed. Its token is good for one browser.", http.StatusForbidden)
			return
		}
		if err := cross.Check(r); err != nil {
			http.Error(w, "Another site may not change switches.", http.StatusForbidden)
			return
		}
		proxy.ServeHTTP(w, r)
	})
}

// open opens a URL in the browser.
func open(url string) error {
	switch runtime.GOOS {
	case "darwin":
		return exec.Command("open", url).Start()
	case "windows":
		return exec.Command("rundll32", "url.dll,FileProtocolHandler", url).Start()
	default:
		if _, err := exec.LookPath("xdg-open"); err != nil {
			return fmt.Errorf("there is no xdg-open")
		}
		return exec.Command("xdg-open", url).Start()
	}
}
