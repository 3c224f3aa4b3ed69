package mail

import (
	"crypto/tls"
	"crypto/x509"
)

// tlsConfig trusts other roots than the machine's.
func tlsConfig(host string, roots *x509.CertPool) *tls.Config {
	return &tls.Config{ServerName: host, RootCAs: roots, MinVersion: tls.VersionTLS12}
}
