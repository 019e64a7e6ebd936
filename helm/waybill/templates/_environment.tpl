{{/*
The variables of one service (its src/config.ts), each once: (dict "root" $ "name" "auth" "values" .Values.auth). A service
may have its own value for what is set for all; what holds the installation together is set here alone.
*/}}
{{- define "waybill.environment" -}}
{{- $given := default (dict) .values.environment -}}
{{- $mayDiffer := list "WAYBILL_LOG_LEVEL" "WAYBILL_DATABASE_POOL" "WAYBILL_OTLP_URL" -}}
{{- $environment := list -}}
{{- $service := .name -}}
{{- range include "waybill.ownEnvironment" . | fromYamlArray -}}
{{- if not (hasKey $given .name) -}}
{{- $environment = append $environment . -}}
{{- else if not (has .name $mayDiffer) -}}
{{- fail (printf "%s: %s is set by the chart and cannot be set in the environment of a service." $service .name) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := $given -}}
{{- $environment = append $environment (dict "name" $name "value" (toString $value)) -}}
{{- end -}}
{{- toYaml $environment -}}
{{- end -}}

{{/* What the chart itself says. */}}
{{- define "waybill.ownEnvironment" -}}
{{- $values := .root.Values -}}
{{- $secret := include "waybill.secretName" .root -}}
- name: WAYBILL_NATS_URL
  value: {{ $values.nats.url | quote }}
- name: WAYBILL_NATS_USER
  value: {{ .name }}
- name: WAYBILL_NATS_PASSWORD
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: nats-{{ .name }} }
{{- if ne .name "gateway" }}
- name: WAYBILL_DATABASE_PASSWORD
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: postgres-{{ .name }} }
{{- $database := $values.database }}
- name: WAYBILL_DATABASE_URL
  value: {{ printf "postgres://%s:$(WAYBILL_DATABASE_PASSWORD)@%s:%d/%s%s" (replace "-" "_" .name) $database.host (int $database.port) $database.name (ternary (printf "?%s" $database.parameters) "" (ne $database.parameters "")) | quote }}
- name: WAYBILL_DATABASE_POOL
  value: {{ $database.pool | quote }}
{{- end }}
{{- if include "waybill.usesStore" . }}
- name: WAYBILL_STORE_DRIVER
  value: {{ $values.store.driver }}
{{- if eq $values.store.driver "fs" }}
- name: WAYBILL_STORE_DIR
  value: /var/lib/waybill/store
{{- else }}
- name: WAYBILL_S3_ENDPOINT
  value: {{ $values.store.s3.endpoint | quote }}
- name: WAYBILL_S3_REGION
  value: {{ $values.store.s3.region | quote }}
- name: WAYBILL_S3_BUCKET
  value: {{ $values.store.s3.bucket | quote }}
- name: WAYBILL_S3_ACCESS_KEY
  valueFrom:
    secretKeyRef: { name: {{ $values.store.s3.existingSecret.name }}, key: {{ $values.store.s3.existingSecret.accessKey }} }
- name: WAYBILL_S3_SECRET_KEY
  valueFrom:
    secretKeyRef: { name: {{ $values.store.s3.existingSecret.name }}, key: {{ $values.store.s3.existingSecret.secretKey }} }
{{- end }}
{{- end }}
- name: WAYBILL_HEALTH_HOST
  value: 0.0.0.0
- name: WAYBILL_HEALTH_PORT
  value: "9090"
- name: WAYBILL_LOG_LEVEL
  value: {{ $values.logLevel }}
- name: WAYBILL_OTLP_URL
  value: {{ $values.otlpUrl | quote }}
- name: WAYBILL_EXTERNAL_URL
  value: {{ $values.externalUrl | quote }}
{{- if eq .name "gateway" }}
- name: WAYBILL_HOST
  value: 0.0.0.0
- name: WAYBILL_PORT
  value: "8080"
- name: WAYBILL_TRUSTED_PROXIES
  value: {{ join "," .values.trustedProxies | quote }}
{{- end }}
{{- if eq .name "notifications" }}
- name: WAYBILL_NOTIFICATIONS_KEY_SECRET
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: notifications-key }
{{- if $values.smtp.existingSecret.name }}
- name: WAYBILL_SMTP_URL
  valueFrom:
    secretKeyRef: { name: {{ $values.smtp.existingSecret.name }}, key: {{ $values.smtp.existingSecret.url }} }
- name: WAYBILL_MAIL_FROM
  value: {{ $values.smtp.from | quote }}
{{- end }}
{{- end }}
{{- if eq .name "audit" }}
- name: WAYBILL_AUDIT_KEY_SECRET
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: audit-key }
{{- end }}
{{- if eq .name "auth" }}
- name: WAYBILL_AUTH_KEY_SECRET
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: auth-key }
{{- with $values.signOn.existingSecret }}
{{- if .name }}
- name: WAYBILL_SIGN_ON_CLIENT_SECRET
  valueFrom:
    secretKeyRef: { name: {{ .name }}, key: {{ .clientSecret }}, optional: true }
- name: WAYBILL_LDAP_BIND_PASSWORD
  valueFrom:
    secretKeyRef: { name: {{ .name }}, key: {{ .ldapBindPassword }}, optional: true }
{{- end }}
{{- end }}
{{- end }}
{{- if eq .name "adapter-npm" }}
- name: WAYBILL_NPM_KEY_SECRET
  valueFrom:
    secretKeyRef: { name: {{ $secret }}, key: npm-key }
{{- end }}
{{- include "waybill.caEnvironment" .root }}
{{- end -}}
