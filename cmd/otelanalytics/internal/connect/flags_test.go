// SPDX-License-Identifier: Apache-2.0

package connect_test

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/clitest"
	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
)

const file = `
mongodb: {uri: "mongodb://file:s3cret@f/", database: fd, collection: fc}
data_dir: fdir
`

func TestFlagsOverEnvironmentOverFile(t *testing.T) {
	path := clitest.File(t, "otelanalytics.yaml", file)
	for _, test := range []struct {
		name string
		args []string
		env  map[string]string
		want string // URI, database, collection, directory
		said bool
		err  string
	}{
		{"nothing", nil, nil, " analytics user_events otelanalytics-data", false, ""},
		{"file", []string{"--config", path}, nil, "mongodb://file:s3cret@f/ fd fc fdir", true, ""},
		{"file of the environment", nil, map[string]string{"OTELANALYTICS_CONFIG_FILE": path}, "mongodb://file:s3cret@f/ fd fc fdir", true, ""},
		{
			"environment over the file",
			[]string{"--config", path},
			map[string]string{"OTELANALYTICS_MONGODB_URI": "mongodb://env/", "OTELANALYTICS_DATA_DIR": "edir"},
			"mongodb://env/ fd fc edir", true, "",
		},
		{
			"flags over both",
			[]string{"--config", path, "--uri", "mongodb+srv://flag/", "--database", "d", "--collection", "c", "--data-dir", "dir"},
			map[string]string{"OTELANALYTICS_MONGODB_URI": "mongodb://env/"},
			"mongodb+srv://flag/ d c dir", true, "",
		},
		{"default directory as a flag", []string{"--data-dir", "otelanalytics-data"}, nil, " analytics user_events otelanalytics-data", true, ""},
		{"no connection string", []string{"--uri", "s3cret"}, nil, "", false, "--uri (not shown) is not a connection string"},
		{"no file", []string{"--config", "missing.yaml"}, nil, "", false, "missing.yaml"},
		{"wrong variable", nil, map[string]string{"OTELANALYTICS_MONGO_URI": "mongodb://u:s3cret@x"}, "", false, "did you mean OTELANALYTICS_MONGODB_URI"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, value := range test.env {
				t.Setenv(name, value)
			}
			cmd := &cobra.Command{}
			f := connect.AddFlags(cmd)
			f.AddDataDir(cmd)
			if err := cmd.ParseFlags(test.args); err != nil {
				t.Fatal(err)
			}
			c, err := f.Load()
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) || strings.Contains(err.Error(), "s3cret") {
					t.Errorf("got %v, want %q in it", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := strings.Join([]string{string(c.URI), c.Database, c.Collection, c.Dir}, " ")
			if got != test.want || f.DataDirSaid(c) != test.said {
				t.Errorf("got %q, said %v; want %q, %v", got, f.DataDirSaid(c), test.want, test.said)
			}
		})
	}
}

func TestMongoDBErrors(t *testing.T) {
	for uri, want := range map[string]string{
		"":                            "set OTELANALYTICS_MONGODB_URI",
		"mongodb://u:s3cret@h:port/":  "MongoDB's connection string: ",
		"mongodb://u:s3cret@h/?w=0":   "w=majority",
		"mongodb://u:s3cret@h/?w=0&x": "MongoDB's connection string: ",
	} {
		t.Setenv("OTELANALYTICS_MONGODB_URI", uri)
		c, err := connect.AddFlags(&cobra.Command{}).Load()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := connect.MongoDB(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%q: got %v, want %q in it", uri, err, want)
		}
	}
}
