<#
.SYNOPSIS
    Turns the connection point's verbose logging on or off.
.DESCRIPTION
    Run on the server with the cloud management gateway connection point, in an elevated PowerShell. Sets
    HKLM\SOFTWARE\Microsoft\SMS\SMS_CLOUD_PROXYCONNECTOR\VerboseLogging and, because verbose lines turn a 250,000 byte
    log over within minutes, lets the log grow larger and keeps more of it. Off puts the size and the history back.
.PARAMETER Off
    Turns verbose logging off again.
#>
#Requires -Version 5.1
#Requires -RunAsAdministrator
[CmdletBinding(SupportsShouldProcess)]
param(
    [switch] $Off,
    [ValidateRange(250000, 100000000)][int] $MaxFileSize = 5000000,
    [ValidateRange(1, 20)][int] $History = 4
)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$component = 'HKLM:\SOFTWARE\Microsoft\SMS\SMS_CLOUD_PROXYCONNECTOR'
$tracing = 'HKLM:\SOFTWARE\Microsoft\SMS\Tracing\SMS_CLOUD_PROXYCONNECTOR'
if (-not (Test-Path $component)) { throw 'This computer has no cloud management gateway connection point: run this on the one that has.' }

$values = if ($Off) { @{ Verbose = 0; Size = 250000; History = 1 } } else { @{ Verbose = 1; Size = $MaxFileSize; History = $History } }
if ($PSCmdlet.ShouldProcess($component, "VerboseLogging = $($values.Verbose)")) {
    New-ItemProperty -Path $component -Name VerboseLogging -PropertyType DWord -Value $values.Verbose -Force | Out-Null
    if (Test-Path $tracing) {
        New-ItemProperty -Path $tracing -Name MaxFileSize -PropertyType DWord -Value $values.Size -Force | Out-Null
        New-ItemProperty -Path $tracing -Name LogMaxHistory -PropertyType DWord -Value $values.History -Force | Out-Null
    }
}
Write-Host "VerboseLogging is $($values.Verbose). If verbose lines do not change within ten minutes, restart the component SMS_CLOUD_PROXYCONNECTOR in Configuration Manager Service Manager."
