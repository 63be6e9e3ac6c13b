// SPDX-License-Identifier: Apache-2.0

package mongosafe_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"github.com/otelanalytics/otelanalytics-go/internal/dnstest"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
)

// TestCheckWithoutDNS: mistakes of a string are told while no name can be resolved, and nobody is asked.
func TestCheckWithoutDNS(t *testing.T) {
	dns := dnstest.Start(t)
	dns.SetDown(true)
	direct := options.Client().SetDirect(true)
	for _, test := range []struct {
		uri     string
		further *options.ClientOptions
		want    string // empty: no mistake
	}{
		{"mongodb+srv://db.example.net", nil, ""},
		{"mongodb+srv://db.example.net/?retryWrites=true&w=majority", nil, ""},
		{"mongodb+srv://ada:s3cret@db.example.net/app?authSource=admin&srvMaxHosts=2&srvServiceName=shop&tls=false", nil, ""},
		{"mongodb+srv://ada:s3cret@db.example.net/?replicaSet=rs&srvMaxHosts=0", nil, ""},
		{"mongodb+srv://ada:s3cret@db.example.net/?ssl=true;readPreference=nearest", nil, ""},
		{"mongodb+srv://ada:s3cret@db.example.net:27017/", nil, "takes no port"},
		{"mongodb+srv://ada:s3cret@a.example.net,b.example.net/", nil, "takes one host"},
		{"mongodb+srv://", nil, "at least 1 host"},
		{"mongodb+srv://ada:s3cret@db.example.net?w=majority", nil, "before the query"},
		{"mongodb+srv://ada:s3/cret@db.example.net/", nil, "unescaped slash"},
		{"mongodb+srv://ada:s3@cret@db.example.net/", nil, "unescaped @"},
		{"mongodb+srv://ada:s3%cret@db.example.net/", nil, "invalid password"},
		{"mongodb+srv://ada:s3cret@db.example.net/?w=-7", nil, "w"},
		{"mongodb+srv://ada:s3cret@db.example.net/?tls=maybe", nil, "invalid value"},
		{"mongodb+srv://ada:s3cret@db.example.net/?srvMaxHosts=many", nil, "srvMaxHosts"},
		{"mongodb+srv://ada:s3cret@db.example.net/?srvServiceName=", nil, "srvServiceName"},
		{"mongodb+srv://ada:s3cret@db.example.net/?srvMaxHosts=1&replicaSet=rs", nil, "srvMaxHosts"},
		{"mongodb+srv://ada:s3cret@db.example.net/?directConnection=true", nil, "direct connection"},
		{"mongodb+srv://ada:s3cret@db.example.net/", direct, "direct connection"},
		{"mongodb+srv://ada:s3cret@db.example.net/?w=0", nil, "w=majority"},
	} {
		err := mongosafe.Check(test.uri, test.further)
		switch {
		case (err == nil) != (test.want == ""):
			t.Errorf("%s: %v, want %q", test.uri, err, test.want)
		case err != nil && (!strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "cret")):
			t.Errorf("%s: %v, want %q in it and no secret", test.uri, err, test.want)
		}
	}
	if asked := dns.Asked(); len(asked) > 0 {
		t.Errorf("asked for %q", asked)
	}
}

func TestHosts(t *testing.T) {
	for uri, want := range map[string][]string{
		"mongodb://a:1,b:2/":                {"a:1", "b:2"},
		"mongodb+srv://u:pw@db.example.net": {"db.example.net"},
		"mongodb+srv://u:pw@a,b":            nil,
		"nonsense":                          nil,
	} {
		if got := mongosafe.Hosts(uri); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", uri, got, want)
		}
	}
}

func TestHasCredentials(t *testing.T) {
	for uri, want := range map[string]bool{
		"mongodb://127.0.0.1":                                      false,
		"mongodb://127.0.0.1/?authSource=admin":                    false,
		"mongodb://ada:pw@127.0.0.1":                               true,
		"mongodb+srv://db.example.net":                             false,
		"mongodb+srv://ada:pw@db.example.net":                      true,
		"mongodb://127.0.0.1/?authMechanism=MONGODB-X509&tls=true": true,
	} {
		if got := mongosafe.HasCredentials(uri); got != want {
			t.Errorf("%s: %v", uri, got)
		}
	}
}

// TestUnresolved: an error of DNS names the host, and nothing else of the connection string.
func TestUnresolved(t *testing.T) {
	dns := dnstest.Start(t)
	dns.SetSRV("_mongodb._tcp.moved.example.net", "db.elsewhere.org", 1)
	dns.SetSRV("_mongodb._tcp.there.example.net", "db.there.example.net", 1)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, test := range []struct {
		name, host string
		ctx        context.Context
		down       bool
		want       []string
	}{
		{"the name server fails", "db.example.net", t.Context(), true, []string{"cannot resolve _mongodb._tcp.db.example.net", "server misbehaving"}},
		{"no such name", "db.example.net", t.Context(), false, []string{"cannot resolve _mongodb._tcp.db.example.net", "no such host"}},
		{"the name of the user is in that of the host", "ada.example.net", t.Context(), false, []string{"_mongodb._tcp.ada.example.net"}},
		{"a record that leads elsewhere", "moved.example.net", t.Context(), false, []string{"cannot resolve moved.example.net", "domain suffix"}},
		{"no time", "there.example.net", ended, false, []string{"cannot resolve there.example.net"}},
		{"there", "there.example.net", t.Context(), false, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			dns.SetDown(test.down)
			uri := "mongodb+srv://ada:s3cret@" + test.host + "/?tls=false"
			client, err := mongosafe.Connect(test.ctx, uri, nil)
			if test.want == nil {
				if err != nil {
					t.Fatal(err)
				}
				if err := mongosafe.Disconnect(client); err != nil {
					t.Error(err)
				}
				return
			}
			var unresolved *mongosafe.ResolveError
			if !errors.As(err, &unresolved) || unresolved.Host != test.host {
				t.Fatalf("%v: %+v", err, unresolved)
			}
			for _, text := range []string{err.Error(), mongosafe.Text(err, uri), mongosafe.Wrap("query", err, uri).Error()} {
				for _, want := range test.want {
					if !strings.Contains(text, want) {
						t.Errorf("%q is not in %s", want, text)
					}
				}
				if strings.Contains(text, "s3cret") || strings.Contains(text, "ada:") || strings.Contains(text, "***") {
					t.Errorf("%s", text)
				}
			}
		})
	}
}
