// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"io"
	"time"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/eventmap"
	"github.com/otelanalytics/otelanalytics-go/eventstore"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// deployment is what is looked at, and what checks found out for those behind them.
type deployment struct {
	settings

	in      io.Reader // the standard input
	config  config.Config
	events  *eventmap.Map
	journal *eventstore.JournalReport
	// journals has one report a directory.
	journals []eventstore.JournalReport
	mongodb  *connect.Connection
	server   server // of MongoDB
	first    *page
	last     *page
	targets  []target // of Prometheus, all
	ours     []target // those that scrape this page
}

// settings are what the flags say.
type settings struct {
	flags         *connect.Flags
	mapPath       string
	metrics       string
	namespace     string
	ready         string
	prometheus    string
	timeout       time.Duration
	maxPendingAge time.Duration
	skip          []string
	strict        bool
}

// close gives back what checks opened.
func (d *deployment) close() {
	if d.mongodb != nil {
		d.mongodb.Close()
	}
}

// checks are all that there are, in their order. Their names are part of the output: they do not change.
func checks() []check {
	return []check{
		{"configuration", nil, checkConfiguration},
		{"map", nil, checkMap},
		{"data_directory", []string{"configuration"}, checkDataDirectory},
		{"journal", []string{"data_directory"}, checkJournal},
		{"journal_open", []string{"journal"}, checkJournalOpen},
		{"disk_space", []string{"journal"}, checkDiskSpace},
		{"pending", []string{"journal"}, checkPending},
		{"sinks", []string{"journal"}, checkSinks},
		{"quarantine", []string{"data_directory"}, checkQuarantine},
		{"mongodb", []string{"configuration"}, checkMongoDB},
		{"mongodb_server", []string{"mongodb"}, checkServer},
		{"indexes", []string{"mongodb"}, checkIndexes},
		{"suppression", []string{"mongodb"}, checkSuppression},
		{"uniques", []string{"mongodb"}, checkUniques},
		{"metrics", nil, checkPage},
		{"metrics_sdk", []string{"metrics"}, checkOwnMetrics},
		{"metrics_map", []string{"metrics", "metrics_sdk", "map"}, checkMapMetrics},
		{"metrics_sum", []string{"metrics_sdk"}, checkSum},
		{"errors", []string{"metrics_sdk"}, checkErrors},
		{"values", []string{"metrics_sdk"}, checkMapValues},
		{"ingest", []string{"metrics_sdk"}, checkIngest},
		{"log", []string{"metrics_sdk"}, checkLog},
		{"documents", []string{"mongodb", "map"}, checkDocuments},
		{"readiness", nil, checkReadiness},
		{"prometheus", nil, checkPrometheus},
		{"prometheus_target", []string{"prometheus"}, checkTarget},
		{"prometheus_once", []string{"prometheus_target"}, checkOnce},
		{"prometheus_values", []string{"prometheus_target", "metrics_sdk"}, checkValues},
	}
}
