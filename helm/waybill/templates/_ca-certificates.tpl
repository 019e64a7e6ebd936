{{/* Certificates of your own: a file that Node reads at start besides its own list. Nothing when there are none. */}}
{{- define "waybill.caEnvironment" -}}
{{- if include "waybill.hasCa" . }}
- name: NODE_EXTRA_CA_CERTS
  value: /etc/waybill/ca/ca.crt
{{- end }}
{{- end -}}

{{- define "waybill.caMount" -}}
{{- if include "waybill.hasCa" . -}}
- { name: ca, mountPath: /etc/waybill/ca, readOnly: true }
{{- end -}}
{{- end -}}

{{- define "waybill.caVolume" -}}
{{- $ca := .Values.extraCaCerts -}}
{{- if $ca.existingSecret -}}
- name: ca
  secret:
    secretName: {{ $ca.existingSecret }}
    items: [{ key: {{ $ca.key }}, path: ca.crt }]
{{- else if $ca.existingConfigMap -}}
- name: ca
  configMap:
    name: {{ $ca.existingConfigMap }}
    items: [{ key: {{ $ca.key }}, path: ca.crt }]
{{- end -}}
{{- end -}}

{{- define "waybill.hasCa" -}}
{{- if or .Values.extraCaCerts.existingSecret .Values.extraCaCerts.existingConfigMap -}}yes{{- end -}}
{{- end -}}
