package coldstart

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"
)

// behaviourVariable turns the test binary into a bootstrap.
const behaviourVariable = "COLDSTART_BEHAVIOUR"

func TestMain(m *testing.M) {
	behaviour := os.Getenv(behaviourVariable)
	if behaviour == "" {
		os.Exit(m.Run())
	}
	if err := bootstrap(behaviour); err != nil {
		fmt.Println("bootstrap:", err)
		os.Exit(3)
	}
}

// bootstrap is a runtime of few lines that does what a test wants to be found.
func bootstrap(behaviour string) error {
	switch behaviour {
	case "exits":
		return errors.New("IGNY8_TABLE is not set")
	case "calls out", "calls out later":
		if behaviour == "calls out" {
			call("http://" + os.Getenv("OTHER_HOST") + "/queue")
		} else {
			go call("http://" + os.Getenv("OTHER_HOST") + "/queue")
		}
	case "connects":
		c, err := net.Dial("tcp", os.Getenv("OTHER_HOST"))
		if err != nil {
			return err
		}
		defer c.Close()
	case "asks the world":
		call("http://elsewhere.example/")
	case "tells":
		_, _ = post("init/error", []byte(`{"errorMessage":"no key"}`))
		time.Sleep(time.Minute)
	case "sleeps":
		time.Sleep(time.Minute)
	}
	for {
		if err := serve(behaviour); err != nil {
			return err
		}
	}
}

// serve takes one event and answers with its headers and itself, in lines.
func serve(behaviour string) error {
	res, err := http.Get(base() + "invocation/next")
	if err != nil {
		return err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		return err
	}
	id := res.Header.Get("Lambda-Runtime-Aws-Request-Id")
	out := []byte(`{"statusCode":200}`)
	switch behaviour {
	case "echoes":
		return post202("invocation/"+id+"/error", fmt.Appendf(nil, "%s|%s|%s|%s|%s", id, res.Header.Get("Lambda-Runtime-Deadline-Ms"),
			res.Header.Get("Lambda-Runtime-Invoked-Function-Arn"), res.Header.Get("Lambda-Runtime-Trace-Id"), body))
	case "dies":
		return fmt.Errorf("died of %s", body)
	case "mistakes":
		id = "another"
	case "calls when asked":
		call("http://" + os.Getenv("OTHER_HOST") + "/queue")
	}
	return post202("invocation/"+id+"/response", out)
}

// call asks for an address; what comes back is no matter.
func call(url string) {
	if res, err := http.Get(url); err == nil {
		_ = res.Body.Close()
	}
}

func base() string { return "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/" }

func post(path string, body []byte) (int, error) {
	res, err := http.Post(base()+path, "application/json", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	return res.StatusCode, res.Body.Close()
}

func post202(path string, body []byte) error {
	status, err := post(path, body)
	if err == nil && status != http.StatusAccepted {
		err = fmt.Errorf("status %d", status)
	}
	return err
}
