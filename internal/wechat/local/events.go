package local

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/silenceper/wechat/v2/util"
)

// account is what the chat calls the official account.
const account = "gh_yitangdemo"

// event is what is sent to the message server: a message, or something that happened.
type event struct {
	XMLName xml.Name `xml:"xml"`
	To      string   `xml:"ToUserName"`
	From    string   `xml:"FromUserName"`
	Created int64    `xml:"CreateTime"`
	Type    string   `xml:"MsgType"`
	ID      int64    `xml:"MsgId,omitempty"`
	Content string   `xml:"Content,omitempty"`
	Event   string   `xml:"Event,omitempty"`
	Key     string   `xml:"EventKey,omitempty"`
	Receipt int64    `xml:"MsgID,omitempty"`
	Status  string   `xml:"Status,omitempty"`
	Popup   *answers `xml:"SubscribeMsgPopupEvent"`
	Changed *answers `xml:"SubscribeMsgChangeEvent"`
	Sent    *answers `xml:"SubscribeMsgSentEvent"`
}

type answers struct {
	List []answer `xml:"List"`
}

type answer struct {
	Template string `xml:"TemplateId"`
	Says     string `xml:"SubscribeStatusString,omitempty"`
	Receipt  int64  `xml:"MsgID,omitempty"`
	Code     int64  `xml:"ErrorCode"`
	Status   string `xml:"ErrorStatus,omitempty"`
}

const (
	patience = 5 * time.Second // that a message server has for its answer
	tries    = 3
	broken   = "该公众号提供的服务出现故障，请稍后再试"
)

// show puts a message into a chat. Who holds mu calls it.
func (s *Server) show(p *Phone, b Bubble) {
	b.At = s.now()
	p.Chat = append(p.Chat, b)
	s.keep()
}

// tell sends an event to the message server, beside what goes on. Who holds mu calls it.
func (s *Server) tell(openID string, e event) {
	e = s.addressed(openID, e)
	s.running.Go(func() { s.deliver(e) })
}

func (s *Server) addressed(openID string, e event) event {
	e.To, e.From, e.Created = account, openID, s.now().Unix()
	if e.Type == "" {
		e.Type = "event"
		return e
	}
	s.serial++
	e.ID = 23000000000000000 + s.serial
	return e
}

// ask is tell for what somebody waits for an answer to.
func (s *Server) ask(openID string, e event) {
	s.mu.Lock()
	e = s.addressed(openID, e)
	s.last[openID] = e
	s.mu.Unlock()
	s.deliver(e)
}

// deliver tries three times and shows the answer, or that there is none.
func (s *Server) deliver(e event) {
	text, err := xml.Marshal(e)
	if err != nil {
		panic(err) // a struct of this file
	}
	for range tries {
		var says string
		if says, err = s.post(text, e.From); err == nil {
			if says != "" {
				s.mu.Lock()
				s.show(s.phone(e.From), Bubble{Text: says})
				s.mu.Unlock()
			}
			return
		}
	}
	if e.Type == "text" || e.Event == "CLICK" || e.Event == "SCAN" {
		s.mu.Lock()
		s.show(s.phone(e.From), Bubble{Text: broken, Note: true})
		s.mu.Unlock()
	}
}

// post sends a message, encrypted and signed, and opens the answer the same way.
func (s *Server) post(text []byte, from string) (string, error) {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	sealed, err := util.EncryptMsg(random, text, s.o.App.ID, s.o.App.AESKey)
	if err != nil {
		return "", err
	}
	body, err := xml.Marshal(message.EncryptedXMLMsg{ToUserName: account, EncryptedMsg: string(sealed)})
	if err != nil {
		return "", err
	}
	at, nonce := strconv.FormatInt(s.now().Unix(), 10), word(8)
	q := url.Values{"signature": {util.Signature(s.o.App.Token, at, nonce)}, "timestamp": {at}, "nonce": {nonce}, "openid": {from},
		"encrypt_type": {"aes"}, "msg_signature": {util.Signature(s.o.App.Token, at, nonce, string(sealed))}}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.o.Callback+"?"+q.Encode(), bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "text/xml")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	got, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return "", err
	}
	if res.StatusCode != http.StatusOK {
		return "", errors.New(res.Status)
	}
	return s.opened(got, from)
}

// opened checks an answer as WeChat does, and gives its text.
func (s *Server) opened(got []byte, from string) (string, error) {
	if len(got) == 0 || string(got) == "success" {
		return "", nil
	}
	var sealed struct {
		Encrypt   string `xml:"Encrypt"`
		Signature string `xml:"MsgSignature"`
		At        string `xml:"TimeStamp"`
		Nonce     string `xml:"Nonce"`
	}
	if err := xml.Unmarshal(got, &sealed); err != nil {
		return "", err
	}
	if util.Signature(s.o.App.Token, sealed.At, sealed.Nonce, sealed.Encrypt) != sealed.Signature {
		return "", errors.New("the answer isn't signed")
	}
	_, plain, err := util.DecryptMsg(s.o.App.ID, sealed.Encrypt, s.o.App.AESKey)
	if err != nil {
		return "", err
	}
	var m struct {
		To      string `xml:"ToUserName"`
		From    string `xml:"FromUserName"`
		Type    string `xml:"MsgType"`
		Created int64  `xml:"CreateTime"`
		Content string `xml:"Content"`
	}
	if err := xml.Unmarshal(plain, &m); err != nil {
		return "", err
	}
	if m.To != from || m.From != account || m.Type != "text" || m.Created == 0 || m.Content == "" || len(m.Content) > 2048 {
		return "", errors.New("the answer is none")
	}
	return m.Content, nil
}
