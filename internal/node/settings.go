package node

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"go.yaml.in/yaml/v3"

	"yitang/internal/blob"
	"yitang/internal/notify/mail"
	"yitang/internal/notify/sms"
	"yitang/internal/pack"
	"yitang/internal/wechat"
	"yitang/internal/zone"
)

// Settings are what an administrator decides once for a zone's folder. They
// lie in it as node.yaml, so that every command finds the same.
type Settings struct {
	// Database is postgres://…; "" for the folder's own SQLite file. It may
	// hold a password: the file is the owner's alone.
	Database string `yaml:"database,omitempty"`
	// Office is the name that stands on approvals and in the certificate they
	// are signed with; OfficeKey names its document log, in Latin letters.
	Office    string `yaml:"office,omitempty"`
	OfficeKey string `yaml:"officeKey,omitempty"`
	// URL is the site's own address where a proxy stands before it, and Proxies
	// are those whose word is taken on where a request comes from: addresses or
	// networks, with commas between them.
	URL     string `yaml:"url,omitempty"`
	Proxies string `yaml:"trustedProxies,omitempty"`
	// PracticeURL is the practice site's own address where a proxy stands before it
	// (internet zone).
	PracticeURL string `yaml:"practiceURL,omitempty"`
	// VerifyURL is what the office's documents say of where they are verified:
	// the public page of the internet zone, which a code is appended to.
	VerifyURL string `yaml:"verifyURL,omitempty"`
	// Mail is the server by which people are told of what happens; nil: by none. Its
	// password is no part of a pack, which travels.
	Mail *mail.Server `yaml:"mail,omitempty"`
	// WeChat is the official account that the internet zone speaks for; nil: none.
	// Its secrets are why nobody but the owner may read the file.
	WeChat *wechat.App `yaml:"wechat,omitempty"`
	// SMS is the office's account at a provider of text messages; nil: none are sent.
	SMS *sms.Account `yaml:"sms,omitempty"`
	// Carriers move what is for other zones while the node is served; nil: people
	// do, or a program of the office's, from exchange/out to exchange/in.
	Carriers *Carriers `yaml:"carriers,omitempty"`
	// HandCarried names the zones with which people carry what is exchanged, on discs
	// that two of them answer for at each end; with commas between them.
	HandCarried string `yaml:"handCarried,omitempty"`
}

// Check says what can't be read, in the words of the command line.
func (s Settings) Check() error {
	_, site := s.site()
	_, proxies := s.proxies()
	_, verify := address(s.VerifyURL)
	practice, err := address(s.PracticeURL)
	if err != nil || practice != nil && strings.Trim(practice.Path, "/") != "" {
		err = fmt.Errorf("the practice site's address %q is none: write it as https://lianxi.example.cn, without a path", s.PracticeURL)
	}
	if verify != nil {
		verify = fmt.Errorf("the address for verifying %q is none: write it as https://waiban.example.cn/v/", s.VerifyURL)
	}
	_, hands := s.handCarried()
	var account error
	if s.WeChat != nil {
		account = s.WeChat.Check()
	}
	return errors.Join(site, proxies, verify, err, s.checkWays(), account, s.Carriers.check(), hands)
}

// site is where readers reach the zone; nil when nobody has said.
func (s Settings) site() (*url.URL, error) {
	u, err := address(s.URL)
	if err != nil || u != nil && strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("the site's address %q is none: write it as https://waiban.example.cn, without a path", s.URL)
	}
	return u, nil
}

// address reads one of the web; "" is none, and no mistake.
func address(s string) (*url.URL, error) {
	if s == "" {
		return nil, nil
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("no plain address of the web")
	}
	return u, nil
}

func (s Settings) proxies() ([]netip.Prefix, error) {
	var all []netip.Prefix
	for one := range strings.SplitSeq(s.Proxies, ",") {
		one = strings.TrimSpace(one)
		if one == "" {
			continue
		}
		if ip, err := netip.ParseAddr(one); err == nil {
			all = append(all, netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(one)
		if err != nil {
			return nil, fmt.Errorf("the trusted proxy %q is no address: write it as 10.0.0.5, or a network as 10.0.0.0/24", one)
		}
		all = append(all, p)
	}
	return all, nil
}

func (s Settings) handCarried() ([]zone.Zone, error) {
	var all []zone.Zone
	for one := range strings.SplitSeq(s.HandCarried, ",") {
		if one = strings.TrimSpace(one); one == "" {
			continue
		}
		z, err := zone.Parse(one)
		if err != nil {
			return nil, fmt.Errorf("handCarried in node.yaml: %w", err)
		}
		all = append(all, z)
	}
	return all, nil
}

// HandCarriedAtFirst is what a zone's settings say when it is made: nothing goes to
// the isolated network or comes from there but by people, until somebody says so.
func HandCarriedAtFirst(z zone.Zone) string {
	switch z {
	case zone.Office:
		return string(zone.Passport)
	case zone.Passport:
		return string(zone.Office)
	case zone.Internet:
	}
	return ""
}

const settingsFile = "node.yaml"

// LoadSettings reads a zone's settings; a folder without any has none.
func LoadSettings(dir string) (Settings, error) {
	var s Settings
	text, err := os.ReadFile(filepath.Join(dir, settingsFile))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return s, nil // whoever opens the folder says what is wrong with it
	}
	if err == nil {
		err = yaml.Unmarshal(text, &s)
	}
	if err != nil {
		return s, fmt.Errorf("reading %s: %w", filepath.Join(dir, settingsFile), err)
	}
	return s, nil
}

// Save writes the settings whole.
func (s Settings) Save(dir string) error {
	text, err := yaml.Marshal(s)
	if err != nil {
		return err
	}
	if err := Writable(dir); err != nil {
		return err
	}
	return blob.WriteFile(blob.OS{}, dir, settingsFile, text)
}

// set fills in what the folder's settings say and the caller doesn't. Where
// nobody has named the office, in the demo, the drill and tests, it is that of
// the pack that comes with the program; `yitang init` asks a real one's name.
func (o Options) set() (Options, error) {
	s, err := LoadSettings(o.Dir)
	if err != nil {
		return o, err
	}
	if o.Database == "" {
		o.Database = s.Database
	}
	s.URL, s.Proxies = cmp.Or(o.URL, s.URL), cmp.Or(o.Proxies, s.Proxies)
	if err := s.Check(); err != nil {
		return o, err
	}
	o.URL, o.Proxies = s.URL, s.Proxies
	if o.WeChat == nil {
		o.WeChat = s.WeChat
	}
	o.VerifyURL = strings.TrimRight(cmp.Or(s.VerifyURL, o.VerifyURL, "http://127.0.0.1:8080/v/"), "/") + "/"
	o.office = s
	if s.Office == "" {
		built, err := pack.Built()
		if err != nil {
			return o, err
		}
		o.office.Office, o.office.OfficeKey = built.Office.Name.Zh, built.Office.Key
	}
	return o, nil
}
