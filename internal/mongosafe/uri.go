// SPDX-License-Identifier: Apache-2.0

package mongosafe

import (
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// The schemes of a connection string. With the second, the hosts are in DNS.
const (
	scheme    = "mongodb://"
	schemeSRV = "mongodb+srv://"
)

var errDirect = errors.New("a direct connection does not go with mongodb+srv://")

// Hosts are those that a connection string names; with mongodb+srv:// the one whose SRV record names the servers. It asks
// nobody. A string that cannot be read has none.
func Hosts(uri string) []string {
	plain, err := withoutSRV(uri)
	if err != nil {
		return nil
	}
	o := options.Client().ApplyURI(plain)
	if o.Validate() != nil {
		return nil
	}
	return o.Hosts
}

// HasCredentials reports whether a connection string names a user or a mechanism to authenticate with.
func HasCredentials(uri string) bool {
	plain, err := withoutSRV(uri)
	return err == nil && options.Client().ApplyURI(plain).Auth != nil
}

// withoutSRV returns a connection string that says the same as uri and needs no DNS to be read: with mongodb+srv://, the host
// stands for those that its record names. The error is about what mongodb+srv:// alone can have wrong.
func withoutSRV(uri string) (string, error) {
	rest, ok := strings.CutPrefix(uri, schemeSRV)
	if !ok {
		return uri, nil
	}
	before, query, found := strings.Cut(rest, "?")
	var kept []string
	var secured, limited, exclusive bool
	for _, option := range strings.FieldsFunc(query, func(r rune) bool { return r == '&' || r == ';' }) {
		own, err := srvOption(option)
		if err != nil {
			return "", err
		}
		if !own {
			kept = append(kept, option)
		}
		key, value, _ := strings.Cut(option, "=")
		switch key = strings.ToLower(key); key {
		case "tls", "ssl":
			secured = true
		case "srvmaxhosts":
			limited = value != "0"
		case "replicaset", "loadbalanced":
			exclusive = exclusive || key == "replicaset" || value == "true"
		}
	}
	if limited && exclusive {
		return "", errors.New("srvMaxHosts goes neither with replicaSet nor with loadBalanced=true")
	}
	if !secured {
		kept = append(kept, "tls=true") // the default of mongodb+srv://
	}
	hosts := before[strings.IndexByte(before, '@')+1:]
	hosts, _, _ = strings.Cut(hosts, "/")
	switch _, _, err := net.SplitHostPort(hosts); {
	case strings.Contains(hosts, ","):
		return "", errors.New("mongodb+srv:// takes one host, whose SRV record names the servers")
	case err == nil:
		return "", errors.New("mongodb+srv:// takes no port: the SRV record has it")
	}
	if !found && !strings.Contains(before, "/") {
		before += "/" // with a query and without it, the string is wrong, and is to stay so
	}
	return scheme + before + "?" + strings.Join(kept, "&"), nil
}

// srvOption reports whether an option is for mongodb+srv:// alone, and what is wrong with it.
func srvOption(option string) (own bool, err error) {
	key, value, _ := strings.Cut(option, "=")
	switch strings.ToLower(key) {
	case "srvmaxhosts":
		if n, err := strconv.Atoi(value); err != nil || n < 0 {
			return true, errors.New("srvMaxHosts is no number of 0 or above")
		}
		return true, nil
	case "srvservicename":
		const longest = 62
		if len(value) < 1 || len(value) > longest {
			return true, fmt.Errorf("srvServiceName must have 1 to %d characters", longest)
		}
		return true, nil
	case "directconnection":
		if value == "true" {
			return true, errDirect
		}
		return false, nil
	default:
		return false, nil
	}
}
