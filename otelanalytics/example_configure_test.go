// SPDX-License-Identifier: Apache-2.0

package otelanalytics_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// A service that loads its configuration again, on SIGHUP for example, hands the part that can change to Configure.
func ExampleClient_Configure() {
	m, err := eventmap.Parse([]byte("version: 1"))
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "example") // the file is there already
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "otelanalytics.yaml")
	if err := os.WriteFile(path, []byte("metrics: {modules_disabled: [search]}"), 0o600); err != nil {
		fmt.Println(err)
		return
	}

	cfg := config.Default()
	ctx := context.Background()
	client, err := otelanalytics.New(m, otelanalytics.WithConfig(cfg))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Shutdown(ctx)
	fmt.Println("search:", client.Switches().Module("search"))

	again, err := config.Load(path)
	if err == nil {
		err = client.Configure(again.Runtime())
	}
	if err != nil {
		fmt.Println("the configuration stays as it is:", err)
	}
	fmt.Println("search:", client.Switches().Module("search"))

	// Output:
	// search: true
	// search: false
}
