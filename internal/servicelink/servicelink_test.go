// SPDX-License-Identifier: Apache-2.0

package servicelink

import "testing"

func TestIs(t *testing.T) {
	for _, c := range []struct {
		name, value string
		want        bool
	}{
		{"OTELANALYTICS_SERVICE_HOST", "10.0.0.11", true},
		{"OTELANALYTICS_SERVICE_HOST", "fd00::11", true},
		{"OTELANALYTICS_SERVICE_PORT", "27017", true},
		{"OTELANALYTICS_SERVICE_PORT_HTTP_METRICS", "9464", true},
		{"OTELANALYTICS_PORT", "tcp://10.0.0.11:27017", true},
		{"OTELANALYTICS_PORT", "tcp://[fd00::11]:27017", true},
		{"OTELANALYTICS_PORT_27017_TCP", "tcp://10.0.0.11:27017", true},
		{"OTELANALYTICS_PORT_27017_TCP_PROTO", "tcp", true},
		{"OTELANALYTICS_PORT_27017_TCP_PORT", "27017", true},
		{"OTELANALYTICS_PORT_27017_TCP_ADDR", "10.0.0.11", true},
		{"OTELANALYTICS_PORT_53_UDP", "udp://10.0.0.11:53", true},
		{"OTELANALYTICS_PORT_53_UDP_PROTO", "udp", true},
		{"OTELANALYTICS_PORT_9_SCTP_ADDR", "10.0.0.11", true},
		{"OTELANALYTICS_MONGODB_SERVICE_HOST", "10.0.0.11", true},
		{"OTELANALYTICS_MONGODB_PORT_27017_TCP", "tcp://10.0.0.11:27017", true},

		{"OTELANALYTICS_PORT", "5001", false},
		{"OTELANALYTICS_PORT", "http://10.0.0.11:80", false},
		{"OTELANALYTICS_PORT", "tcp://shop:80", false},
		{"OTELANALYTICS_PORT", "tcp://10.0.0.11", false},
		{"OTELANALYTICS_PORT", "tcp://10.0.0.11:80/x", false},
		{"OTELANALYTICS_PORT", "", false},
		{"OTELANALYTICS_SERVICE_HOST", "shop", false},
		{"OTELANALYTICS_SERVICE_PORT", "http", false},
		{"OTELANALYTICS_SERVICE_PORT", "0", false},
		{"OTELANALYTICS_SERVICE_NAME", "shop", false},
		{"OTELANALYTICS_PORT_27017_TCP", "tcp://10.0.0.11:27018", false},
		{"OTELANALYTICS_PORT_27017_TCP", "udp://10.0.0.11:27017", false},
		{"OTELANALYTICS_PORT_27017_TCP_PROTO", "udp", false},
		{"OTELANALYTICS_PORT_27017_TCP_PORT", "27018", false},
		{"OTELANALYTICS_PORT_27017_TCP_NAME", "x", false},
		{"OTELANALYTICS_PORT_27017_ICMP", "icmp://10.0.0.11:27017", false},
		{"OTELANALYTICS_SUPPORT", "tcp://10.0.0.11:80", false},
		{"PORT", "tcp://10.0.0.11:80", false},
		{"otelanalytics_port", "tcp://10.0.0.11:80", false},
	} {
		if got := Is(c.name, c.value); got != c.want {
			t.Errorf("Is(%s, %q) is %v", c.name, c.value, got)
		}
	}
}
