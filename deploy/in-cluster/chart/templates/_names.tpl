{{- define "collector.name" -}}eks-greenlight-collector{{- end -}}

{{- define "collector.clusterRole" -}}eks-greenlight:collect{{- end -}}

{{- define "collector.labels" -}}
app.kubernetes.io/name: {{ include "collector.name" . }}
app.kubernetes.io/part-of: eks-greenlight
{{- end -}}

{{- define "collector.metadata" -}}
name: {{ include "collector.name" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "collector.labels" . | nindent 2 }}
{{- end -}}

{{/* The opt-ins that are on, as files/cluster-rules.yaml names them. */}}
{{- define "collector.optIns" -}}
{{- $on := list -}}
{{- range $name := list "pods" "helmReleases" "metrics" -}}
{{- if index $.Values.optIns $name }}{{ $on = append $on $name }}{{ end -}}
{{- end -}}
{{- join "," $on | default "none" -}}
{{- end -}}

{{/* Every twelve hours, at a minute of the cluster's own: a CronJob cannot spread its starts. */}}
{{- define "collector.schedule" -}}
{{- .Values.schedule | default (printf "%d */12 * * *" (mod (adler32sum .Values.clusterArn | int64) 60)) -}}
{{- end -}}
