// SPDX-License-Identifier: Apache-2.0

package telemetry

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// The protocols of OTLP that OpenTelemetry's exporters for Go speak.
const (
	protocolGRPC = "grpc"
	protocolHTTP = "http/protobuf" // what the specification has for a default
)

// otlpPrefix begins the variables of the OTLP exporters (OpenTelemetry protocol exporter specification).
const otlpPrefix = "OTEL_EXPORTER_OTLP_"

// otlp checks the variables of one signal's OTLP exporter, which reads them itself, and returns its protocol. A
// signal's own variable takes precedence over the variable for all signals.
func (e *environ) otlp(signal string) (protocol string) {
	protocol = protocolHTTP
	for _, prefix := range [...]string{otlpPrefix, otlpPrefix + signal + "_"} {
		protocol = e.word(prefix+"PROTOCOL", protocol, protocolGRPC, protocolHTTP)
		e.endpoint(prefix + "ENDPOINT")
		e.headers(prefix + "HEADERS")
		e.word(prefix+"COMPRESSION", "", "gzip", "none")
		e.milliseconds(prefix + "TIMEOUT")
		e.boolean(prefix+"INSECURE", false)
		e.certificates(prefix)
	}
	return protocol
}

// noEndpoint reports that no variable says where a signal's exporter sends, nor how: to http://localhost then.
func (e *environ) noEndpoint(signal string) bool {
	for _, prefix := range [...]string{otlpPrefix, otlpPrefix + signal + "_"} {
		for _, name := range [...]string{"ENDPOINT", "INSECURE", "CERTIFICATE", "CLIENT_CERTIFICATE"} {
			if e.get(prefix+name) != "" {
				return false
			}
		}
	}
	return true
}

// endpoint checks a URL. An error shows nothing of it: it may contain a password.
func (e *environ) endpoint(name string) {
	value := e.line(name)
	if value == "" {
		return
	}
	if problem := endpointProblem(value); problem != "" {
		e.errs = append(e.errs, fmt.Errorf("%s: %s", name, problem))
	}
}

// endpointProblem describes the mistake in an endpoint, without showing any part of it. The exporters ignore user,
// password and query of a URL, and an endpoint without a scheme.
func endpointProblem(endpoint string) string {
	const right = "must be a URL such as http://localhost:4318 (http/protobuf) or http://localhost:4317 (grpc); the present value "
	u, err := url.Parse(endpoint)
	switch {
	case err != nil:
		return right + "cannot be parsed"
	case u.Scheme != "http" && u.Scheme != "https":
		return right + "begins with neither http:// nor https://"
	case u.Host == "":
		return right + "names no host"
	case u.User != nil || u.RawQuery != "":
		return right + "has a user, a password or a query, which exporters do not send; put credentials into headers"
	}
	return ""
}

// headers checks a list of key=value pairs. Their values are secrets, and their keys, when they are wrong, may be.
func (e *environ) headers(name string) {
	value := e.line(name)
	if value == "" {
		return
	}
	for i, pair := range strings.Split(value, ",") {
		key, v, found := strings.Cut(pair, "=")
		key = strings.TrimSpace(key)
		problem := ""
		switch _, err := url.PathUnescape(v); {
		case !found:
			problem = "has no ="
		case !isToken(key):
			problem = "has a name that is not one of an HTTP header"
		case err != nil:
			problem = "has a value that is not percent-encoded"
		default:
			continue
		}
		e.errs = append(e.errs, fmt.Errorf("%s: pair %d %s; right would be name=value,name=value (the values are not shown, they may be secret)", name, i+1, problem))
	}
}

// isToken reports whether s may be the name of a header (RFC 9110, token).
func isToken(s string) bool {
	for _, c := range s {
		if c <= ' ' || c >= 0x7f || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, c) {
			return false
		}
	}
	return s != ""
}

// certificates checks that the files are there, and are what they should be.
func (e *environ) certificates(prefix string) {
	if file := e.get(prefix + "CERTIFICATE"); file != "" {
		pem, err := os.ReadFile(file)
		switch {
		case err != nil:
			e.mistake(prefix+"CERTIFICATE", file, "cannot be read: "+reason(err))
		case !x509.NewCertPool().AppendCertsFromPEM(pem):
			e.mistake(prefix+"CERTIFICATE", file, "has no certificate in PEM form")
		}
	}
	certificate, key := e.get(prefix+"CLIENT_CERTIFICATE"), e.get(prefix+"CLIENT_KEY")
	if (certificate == "") != (key == "") {
		e.errs = append(e.errs, fmt.Errorf("%sCLIENT_CERTIFICATE and %[1]sCLIENT_KEY: one is set and the other is not; set both or none", prefix))
		return
	}
	if certificate != "" {
		if _, err := tls.LoadX509KeyPair(certificate, key); err != nil {
			e.mistake(prefix+"CLIENT_CERTIFICATE", certificate, "does not match "+prefix+"CLIENT_KEY: "+reason(err))
		}
	}
}

// reason returns the text of an error without the file's name, which the caller adds.
func reason(err error) string {
	if pathError, ok := err.(*os.PathError); ok {
		err = pathError.Err
	}
	return err.Error()
}
