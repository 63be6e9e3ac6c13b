// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"

	"github.com/otelanalytics/otelanalytics-go/cmd/otelanalytics/internal/connect"
	"github.com/otelanalytics/otelanalytics-go/internal/mongosafe"
	"github.com/otelanalytics/otelanalytics-go/otelanalytics/config"
)

// server is what MongoDB says of itself.
type server struct {
	version string
	ferret  string // the version of FerretDB, if it is that
	set     string // the name of the replica set
	sharded bool
	keeps   bool // it keeps documents whatever a TTL index says
}

// hosts are those of a connection string, without what is confidential in it.
func hosts(c config.Config) string {
	hosts := mongosafe.Hosts(string(c.URI))
	if len(hosts) == 0 {
		return "(a connection string that cannot be read)"
	}
	return strings.Join(hosts, ",")
}

func checkMongoDB(ctx context.Context, d *deployment) finding {
	connection, err := connect.MongoDB(ctx, d.config)
	var dns *mongosafe.ResolveError
	if errors.As(err, &dns) {
		return unavailable(d, err)
	}
	if err != nil {
		return failed("%v", err).advise("set OTELANALYTICS_MONGODB_URI, or mongodb.uri in the configuration")
	}
	if err := connection.Database.Client().Ping(ctx, nil); err != nil {
		connection.Close()
		return unavailable(d, connection.Error("ping", err))
	}
	d.mongodb = connection
	return ok("%s answers", hosts(d.config))
}

// firstFerretDB tells the versions of FerretDB before 2, which expire no documents. Built from its module, FerretDB 1 calls
// itself unknown.
func firstFerretDB(version string) bool {
	version = strings.TrimPrefix(version, "v")
	return version == "unknown" || strings.HasPrefix(version, "0.") || strings.HasPrefix(version, "1.")
}

// unavailable says why MongoDB does not answer.
func unavailable(d *deployment, err error) finding {
	where, text := hosts(d.config), err.Error()
	var command mongo.CommandError
	var dns *mongosafe.ResolveError
	switch {
	case errors.As(err, &dns):
		return failed("%s", text).advise("correct the host in mongodb.uri, or repair the name server; until then events wait in the journal")
	case strings.Contains(text, "connection refused"):
		return failed("nothing listens on %s (connection refused)", where).
			advise("start MongoDB, or correct host and port in mongodb.uri; until then events wait in the journal")
	case strings.Contains(text, "no such host"):
		return failed("%s: the host is not known", where).advise("correct the host in mongodb.uri, or repair the name server")
	case errors.As(err, &command) && command.Code == 18 || strings.Contains(text, "auth error") || strings.Contains(text, "unable to authenticate"):
		return failed("%s: user or password is wrong", where).advise("correct them in mongodb.uri (and authSource, if the user is in another database)")
	case strings.Contains(text, "x509:") || strings.Contains(text, "tls:"):
		return failed("%s: TLS fails", where).list([]string{text}).advise("correct tls and tlsCAFile in mongodb.uri")
	default:
		return failed("%s does not answer", where).list([]string{text}).
			advise("is it up, and reachable from here? Until it is, events wait in the journal")
	}
}

func checkServer(ctx context.Context, d *deployment) finding {
	admin := d.mongodb.Database.Client().Database("admin")
	var build struct {
		Version  string `bson:"version"`
		FerretDB string `bson:"ferretdbVersion"`
		Ferret   struct {
			Version string `bson:"version"`
		} `bson:"ferretdb"`
	}
	var hello struct {
		Set string `bson:"setName"`
		Msg string `bson:"msg"`
	}
	if err := admin.RunCommand(ctx, bson.D{{Key: "buildInfo", Value: 1}}).Decode(&build); err != nil {
		return d.denied(warning("it does not report its version: %v", d.mongodb.Error("buildInfo", err)), err, "allow the account buildInfo")
	}
	if err := admin.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello); err != nil {
		return d.denied(warning("it does not report its version: %v", d.mongodb.Error("hello", err)), err, "allow the account hello")
	}
	d.server = server{
		version: build.Version, ferret: build.FerretDB, set: hello.Set, sharded: hello.Msg == "isdbgrid",
		keeps: firstFerretDB(build.FerretDB),
	}
	if build.Ferret.Version != "" { // since version 2, which leaves documents to DocumentDB
		d.server.ferret, d.server.keeps = build.Ferret.Version, false
	}
	what := "MongoDB " + d.server.version + ", one server without replicas"
	switch {
	case d.server.ferret != "":
		what = strings.TrimSuffix("FerretDB "+d.server.ferret, " unknown") // as it is when built from its module
	case d.server.sharded:
		what = "MongoDB " + d.server.version + ", sharded"
	case d.server.set != "":
		what = "MongoDB " + d.server.version + ", replica set " + d.server.set
	}
	concern := mongosafe.WriteConcern(string(d.config.URI), nil)
	if concern == nil || concern.W == nil {
		return ok("%s; write concern: the default of the server", what)
	}
	if concern.W == 1 && (d.server.set != "" || d.server.sharded) {
		return warning("%s; write concern w=1: if the primary fails before it replicates an event, the event is lost: the journal no longer has it", what).
			advise("set w=majority in mongodb.uri")
	}
	return ok("%s; write concern w=%s", what, fmt.Sprint(concern.W))
}
