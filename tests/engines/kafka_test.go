// SPDX-License-Identifier: Apache-2.0

package engines

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"

	"github.com/otelanalytics/otelanalytics-go/internal/mongotest"
	"github.com/otelanalytics/otelanalytics-go/internal/porttest"
)

// brokersVariable makes this test binary the brokers that a test starts and kills: franz-go's kfake, which keeps everything on a disk.
const brokersVariable = "OTELANALYTICS_ENGINES_BROKERS"

// brokers say where brokers listen, and where they keep records and offsets.
type brokers struct {
	Dir   string
	Ports []int
}

func (b brokers) url() string {
	var hosts []string
	for _, port := range b.Ports {
		hosts = append(hosts, fmt.Sprintf("127.0.0.1:%d", port))
	}
	return "kafka://" + strings.Join(hosts, ",") + "/events"
}

// serveBrokers runs brokers until their standard input ends.
func serveBrokers(text string) error {
	var b brokers
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return err
	}
	cluster, err := kfake.NewCluster(kfake.Ports(b.Ports...), kfake.DataDir(b.Dir))
	if err != nil {
		return err
	}
	defer cluster.Close()
	fmt.Println("READY brokers")
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// kafkaWorld is two services, brokers, two deliverers and MongoDB.
type kafkaWorld struct {
	world
	brokers *process
}

func newKafkaWorld(t *testing.T) *kafkaWorld {
	t.Helper()
	w := &kafkaWorld{world: world{t: t, mongodb: mongotest.Start(t), truth: truth{accepted: make(map[string]bool)}}}
	if !w.mongodb.CanStop() {
		t.Skip("TestKillWithKafka: the server of OTELANALYTICS_TEST_MONGODB_URI cannot be killed")
	}
	w.collection = w.mongodb.Database(t).Collection("user_events")
	b := brokers{Dir: t.TempDir()}
	for range 3 {
		_, port, err := net.SplitHostPort(porttest.Reserve(t))
		if err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(port)
		if err != nil {
			t.Fatal(err)
		}
		b.Ports = append(b.Ports, n)
	}
	w.brokers = launch(t, itself(t, brokersVariable, b), func(string) {})
	for i := range 2 {
		s := settings{Name: fmt.Sprintf("s%d", i), URL: b.url(), Dir: t.TempDir(), Each: pace}
		w.services = append(w.services, launch(t, itself(t, settingsVariable, s), w.truth.heard))
	}
	w.deliver(b.url() + "?group=g")
	return w
}

// itself runs this test binary as another program.
func itself(t *testing.T, variable string, settings any) func() *exec.Cmd {
	t.Helper()
	text, err := json.Marshal(settings)
	if err != nil {
		t.Fatal(err)
	}
	return func() *exec.Cmd {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), variable+"="+string(text))
		return cmd
	}
}

// round causes one fault, and ends it after a moment.
func (w *kafkaWorld) round(r *rand.Rand) (what string) {
	moment := time.Duration(50+r.IntN(400)) * time.Millisecond
	i := r.IntN(2)
	switch r.IntN(4) {
	case 0:
		w.services[i].kill()
		w.services[i].start()
		return "service"
	case 1:
		w.deliverers[i].kill()
		pass(moment)
		w.deliverers[i].start()
		return "deliverer"
	case 2:
		w.brokers.kill()
		pass(moment)
		w.brokers.start()
		return "brokers"
	default:
		w.mongodb.Kill()
		pass(moment)
		w.mongodb.Start()
		return "MongoDB"
	}
}

// TestKillWithKafka kills services, brokers, deliverers and MongoDB at random, as kill -9 does. A deliverer that is killed, and one that comes,
// have the group rebalance while the other delivers. Every event that was accepted is in MongoDB, once.
func TestKillWithKafka(t *testing.T) {
	w := newKafkaWorld(t)
	if *seed == 0 {
		*seed = rand.Uint64()
	}
	r := rand.New(rand.NewPCG(*seed, 0))
	did := make(map[string]int)
	for n := range (*rounds + 1) / 2 {
		w.breathe(n)
		did[w.round(r)]++
		pass(time.Duration(r.IntN(300)) * time.Millisecond)
	}
	for _, s := range w.services {
		s.finish()
	}
	w.judge(did)
}
